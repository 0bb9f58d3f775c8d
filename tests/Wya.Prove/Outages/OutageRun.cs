using System.Diagnostics;
using Wya.Prove.Servers;
using Wya.Testing.Http;

namespace Wya.Prove.Outages;

/// <summary>The outages one after the other, each told in figures that begin with what was away.</summary>
internal sealed class OutageRun(
    ProofRun run, IReadOnlyDictionary<string, PostgresInstance> servers, IReadOnlyList<Uri> nodes, OutageTalk talk, int rounds)
{
    /// <summary>Keys are forgotten after a minute; the rest is for a slow machine.</summary>
    private static readonly TimeSpan KeysHeldMax = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan SaidWithin = TimeSpan.FromSeconds(30);

    /// <summary>What all of it is like when nothing is away.</summary>
    public async Task AllThere(Figures figures, CancellationToken ct)
    {
        IReadOnlyList<Answered> answers = await Rounds(talk.Round, ct);
        figures.MustBe("all_there_failed", answers.Count(answer => !answer.IsSuccess), 0);
        figures.MustBe("all_there_called_degraded", answers.Count(answer => answer.Degraded is not null), 0);
    }

    /// <summary>Another domain is away; messaging goes on.</summary>
    /// <param name="needed">An address that cannot be answered without it; null when this build has none.</param>
    /// <param name="whileAway">What else is tried meanwhile.</param>
    public async Task Neighbour(string domain, string? needed, Figures figures, CancellationToken ct, Func<Task>? whileAway = null)
    {
        run.Progress($"{domain} is away");
        int resumed = talk.Resumed;
        await servers[domain].StopImmediately();
        List<Answered> answers = [.. await Rounds(talk.Round, ct)];
        long start = Stopwatch.GetTimestamp();
        while (needed is not null && !Says(answers, domain) && Stopwatch.GetElapsedTime(start) < SaidWithin)
        {
            answers.AddRange(await talk.Round(ct)); // what was asked a moment ago is not asked again at once
        }

        if (whileAway is not null)
        {
            await whileAway();
        }

        double heard = await talk.UntilHeard(ct);
        figures.MustBe($"{domain}_away_failed", answers.Count(answer => !answer.IsSuccess), 0);
        figures.Note($"{domain}_away_requests", answers.Count);
        figures.Note($"{domain}_away_slowest_ms", answers.Max(answer => answer.Milliseconds));
        figures.Note($"{domain}_away_heard_after_ms", heard);
        figures.MustBe($"{domain}_away_feeds_broken", talk.Resumed - resumed, 0);
        int said = answers.Count(answer => Says([answer], domain));
        if (needed is null)
        {
            figures.Note($"{domain}_away_said_in_answers", said);
        }
        else
        {
            figures.MustBeAtLeast($"{domain}_away_said_in_answers", said, 1);
            Answered refused = await talk.Ask(0, needed, ct);
            figures.MustBe($"{domain}_away_clear_503", refused.IsClearRefusal ? 1 : 0, 1);
        }

        await UntilHealth(domain, "down", ct);
        figures.MustBe($"{domain}_away_said_by_health", 1, 1);
        figures.MustBe($"{domain}_away_ready", await IsReady(ct), 1);
        await Back(domain, figures, ct);
        if (needed is not null)
        {
            figures.MustBe($"{domain}_back_answers", (await talk.Ask(0, needed, ct)).IsSuccess ? 1 : 0, 1);
        }
    }

    /// <summary>
    /// The keys are away: whose key a node holds can still write there, for a minute at most; then nothing can be sealed. The
    /// short form does not wait for that.
    /// </summary>
    public async Task Keys(Figures figures, CancellationToken ct)
    {
        run.Progress("keys are away");
        await servers["keys"].StopImmediately();
        long start = Stopwatch.GetTimestamp();
        List<Answered> answers = [.. await Rounds(talk.Write, ct)];
        while (run.Size != ProofSize.Short && !answers[^1].IsClearRefusal && Stopwatch.GetElapsedTime(start) < KeysHeldMax)
        {
            answers.AddRange(await talk.Write(ct));
            await Task.Delay(200, ct);
        }

        figures.Note("keys_away_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
        figures.Note("keys_away_sent_with_held_keys", answers.Count(answer => answer.IsSuccess));
        int refused = answers.Count(answer => answer.IsClearRefusal);
        figures.MustBeAtLeast("keys_away_clear_503", refused, run.Size == ProofSize.Short ? 0 : 1);
        figures.MustBe("keys_away_neither", answers.Count - answers.Count(answer => answer.IsSuccess) - refused, 0);
        await Back("keys", figures, ct);
    }

    /// <summary>Messaging itself is away: it says so, and acknowledges nothing.</summary>
    public async Task Messaging(Figures figures, CancellationToken ct)
    {
        run.Progress("messaging is away");
        await servers["messaging"].StopImmediately();
        IReadOnlyList<Answered> answers = await talk.Write(ct);
        figures.MustBe("messaging_away_acknowledged", answers.Count(answer => answer.IsSuccess), 0);
        figures.MustBe("messaging_away_clear_503", answers.Count(answer => answer.IsClearRefusal), answers.Count);
        figures.Note("messaging_away_slowest_ms", answers.Max(answer => answer.Milliseconds));
        await Back("messaging", figures, ct);
        figures.MustBe("messaging_back_failed", (await talk.Round(ct)).Count(answer => !answer.IsSuccess), 0);
    }

    /// <summary>Starts it again, and waits until the system has noticed by itself.</summary>
    private async Task Back(string server, Figures figures, CancellationToken ct)
    {
        await servers[server].Start(ct);
        long start = Stopwatch.GetTimestamp();
        await UntilHealth(server, "up", ct);
        await Wait.Until(
            async () => (await talk.Write(ct)).All(answer => answer.IsSuccess && answer.Degraded is null), $"{server} is back", 60, ct);
        figures.Note($"{server}_back_after_ms", Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task<IReadOnlyList<Answered>> Rounds(Func<CancellationToken, Task<IReadOnlyList<Answered>>> round, CancellationToken ct)
    {
        List<Answered> all = [];
        for (int i = 0; i < rounds; i++)
        {
            all.AddRange(await round(ct));
        }

        return all;
    }

    private static bool Says(IEnumerable<Answered> answers, string domain) =>
        answers.Any(answer => answer.Degraded?.Contains(domain, StringComparison.Ordinal) == true);

    /// <summary>On every node.</summary>
    private async Task UntilHealth(string server, string status, CancellationToken ct)
    {
        foreach (Uri node in nodes)
        {
            using var api = new LeanApi(node);
            await Wait.Until(
                async () => (await api.Must(LeanRequest.Prepare("GET", "/health"), ct)).Json!["dependencies"]!.AsArray()
                    .Any(one => one!["name"]!.GetValue<string>() == $"{server} database" && one["status"]!.GetValue<string>() == status),
                $"health says that {server} is {status}",
                30,
                ct);
        }
    }

    private async Task<int> IsReady(CancellationToken ct)
    {
        using var api = new LeanApi(nodes[0]);
        return (await api.Ask(LeanRequest.Prepare("GET", "/health/ready"), ct)).Status == 200 ? 1 : 0;
    }
}
