using System.CommandLine;
using System.Globalization;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>How many keys there are under each master key, and how many were destroyed.</summary>
internal static class ListKeys
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> file = KeyRingArgument.File();
        var verb = new Verb("list", "Counts the keys of people by the master key that wraps them, and those destroyed.", "wya keys list", "wya keys list --json")
        {
            file,
        };
        verb.SetAction((parsed, ct) => Run(here, parsed.GetValue(file), new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, string? given, Answer answer, CancellationToken ct)
    {
        KeyRing ring = KeyRingArgument.Read(KeyRingArgument.Path(here, given));
        IReadOnlyList<KeyCount> counts = await KeyRingArgument.OnKeys(here, ring, rotation => rotation.Count(ct)).ConfigureAwait(false);
        answer.List(
            counts,
            count => new { count.MasterVersion, count.Keys, State = State(count, ring) },
            "There are no keys yet.",
            new TableColumn<KeyCount>("master key", count => count.MasterVersion?.ToString(CultureInfo.InvariantCulture) ?? "-", IsNumber: true),
            new TableColumn<KeyCount>("keys", count => count.Keys.ToString(CultureInfo.InvariantCulture), IsNumber: true),
            new TableColumn<KeyCount>("state", count => State(count, ring)));
        return ExitCodes.Done;
    }

    private static string State(KeyCount count, KeyRing ring) => count.MasterVersion switch
    {
        null => "destroyed",
        var version when version == ring.CurrentVersion => "current",
        { } version when ring.Versions.Contains(version) => "older",
        _ => "not in the ring",
    };
}
