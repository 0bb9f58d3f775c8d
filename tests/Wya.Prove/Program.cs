using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Wya.Prove;

var names = new Argument<string[]>("name") { Description = "The proofs to run; all when none is named.", Arity = ArgumentArity.ZeroOrMore };
var brief = new Option<bool>("--short") { Description = "Small sizes, as among the tests." };
var extended = new Option<bool>("--long") { Description = "Large sizes, for a night." };
var part = new Option<string?>("--part") { Description = "1/2 for every second proof, 2/2 for the others; so that they can run side by side." };
var json = new Option<bool>("--json") { Description = "One JSON object a line." };
var list = new Option<bool>("--list") { Description = "Name the proofs and what they promise." };
var root = new RootCommand("Proves what the system promises; each proof ends in one line of figures and ok or FAILED.")
{
    names, brief, extended, part, json, list,
};
root.SetAction(async (parsed, ct) =>
{
    if (parsed.GetValue(list))
    {
        foreach (Proof proof in Proofs.All)
        {
            Console.WriteLine(parsed.GetValue(json)
                ? new JsonObject { ["proof"] = proof.Name, ["promises"] = new JsonArray([.. proof.Promises.Select(promise => (JsonNode)promise)]) }.ToJsonString()
                : $"{proof.Name}\n  {string.Join("\n  ", proof.Promises)}");
        }

        return 0;
    }

    string[] wanted = parsed.GetValue(names) ?? [];
    if (wanted.FirstOrDefault(name => Proofs.All.All(proof => proof.Name != name)) is { } unknown)
    {
        await Console.Error.WriteLineAsync($"There is no proof '{unknown}'; there are: {string.Join(", ", Proofs.All.Select(proof => proof.Name))}.");
        return 2;
    }

    ProofSize size = parsed.GetValue(brief) ? ProofSize.Short : parsed.GetValue(extended) ? ProofSize.Long : ProofSize.Standard;
    (int nth, int parts) = parsed.GetValue(part)?.Split('/') is [var first, var second]
        ? (int.Parse(first, CultureInfo.InvariantCulture), int.Parse(second, CultureInfo.InvariantCulture))
        : (1, 1);
    bool allHold = true;
    foreach (Proof proof in Proofs.All.Where((proof, index) => (wanted.Length == 0 || wanted.Contains(proof.Name)) && index % parts == nth - 1))
    {
        allHold &= await RunOne(proof, size, parsed.GetValue(json), ct);
    }

    return allHold ? 0 : 1;
});

var kind = new Argument<string>("kind");
var worker = new Command("worker", "Started by a proof.") { Hidden = true };
worker.Add(kind);
worker.SetAction((parsed, ct) => Proofs.Workers[parsed.GetRequiredValue(kind)](ct));
root.Add(worker);

// When told to end, a proof still stops its servers and drops its databases.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });

static async Task<bool> RunOne(Proof proof, ProofSize size, bool asJson, CancellationToken ct)
{
    long start = Stopwatch.GetTimestamp();
    Figures figures;
    string? failure = null;
    try
    {
        using ProofEnvironment environment = ProofEnvironment.Detect();
        var run = new ProofRun(size, environment, step => Console.Error.WriteLine($"{proof.Name}: {step} …"));
        figures = await proof.Run(run, ct);
        failure = figures.Ok ? null : string.Join("; ", figures.Unmet);
    }
    catch (Exception broken) when (broken is not OperationCanceledException)
    {
        figures = new Figures();
        figures.MustBe("completed", 0, 1);
        failure = broken.ToString();
    }

    figures.Note("total_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
    if (failure is not null)
    {
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{proof.Name}: {failure}"));
    }

    Console.WriteLine(asJson ? figures.ToJson(proof.Name) : $"{proof.Name}: {figures} · {(figures.Ok ? "ok" : "FAILED")}");
    return figures.Ok;
}
