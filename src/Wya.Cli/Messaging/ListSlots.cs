using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Where conversations are, in numbers.</summary>
internal static class ListSlots
{
    private sealed record Row(string Log, int Here, int Leaving, int Coming, long Streams, long Events);

    public static Verb Verb(Surroundings here)
    {
        var verb = new Verb(
            "slots",
            "Lists messaging's databases, with how many of the 256 slots and how many conversations each of them holds.",
            "wya messaging slots",
            "wya messaging slots --json");
        verb.SetAction((parsed, ct) => Run(here, new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Answer answer, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, null, ct).ConfigureAwait(false);
        var messaging = new MessagingParts(open);
        IReadOnlyList<string[]> states = await messaging.States(ct).ConfigureAwait(false);
        List<Row> rows = [];
        for (int one = 0; one < states.Count; one++)
        {
            string[] own = states[one];
            int[] held = [.. Enumerable.Range(0, own.Length).Where(slot => own[slot] != "away")];
            SlotMove.Moved size = await SlotMove.Count(messaging.Logs[one].Log, held, ct).ConfigureAwait(false);
            rows.Add(new Row(
                messaging.Logs[one].Name, own.Count(state => state == "here"), own.Count(state => state == "leaving"), own.Count(state => state == "coming"),
                size.Streams, size.Events));
        }

        answer.List(
            rows,
            row => new { row.Log, row.Here, row.Leaving, row.Coming, row.Streams, row.Events },
            "There are none.",
            new("log", row => row.Log),
            new("here", row => Visible.Count(row.Here), true),
            new("leaving", row => Visible.Count(row.Leaving), true),
            new("coming", row => Visible.Count(row.Coming), true),
            new("conversations", row => Visible.Count(row.Streams), true),
            new("events", row => Visible.Count(row.Events), true));
        return ExitCodes.Done;
    }
}
