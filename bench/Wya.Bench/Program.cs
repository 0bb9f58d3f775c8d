using Wya.Bench;
using Wya.Bench.Discovery;
using Wya.Bench.Engine;
using Wya.Bench.Graph;
using Wya.Bench.Identity;
using Wya.Bench.Messaging;
using Wya.Bench.Presence;
using Wya.Bench.Rooms;
using Wya.Testing;

if (args is [NothingServer.Name])
{
    await NothingServer.Run();
    return 0;
}

if (BenchOptions.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(BenchOptions.Usage);
    return 2;
}

if (TestPostgres.IsMissing)
{
    await Console.Error.WriteLineAsync($"Set {TestPostgres.Variable} to a PostgreSQL server's connection string, or run ./dev bench.");
    return 2;
}

(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] engine =
[
    ("a", AppendBench.Run),
    ("b", TransactBench.Run),
    ("c", BulkAppendBench.Run),
    ("d", ReadStreamBench.Run),
    ("e", ProjectBench.Run),
    ("f", LagBench.Run),
    ("g", AllocationBench.Run),
];

(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] identity =
[
    ("a", RegisterUserBench.BesideNothing),
    ("b", RegisterUserBench.BesideInserts),
    ("c", FindUserBench.ById),
    ("d", FindUserBench.ByHandle),
];

(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] messaging =
[
    ("a", SendMessageBench.BesideNothing),
    ("b", SendMessageBench.BesideInserts),
    ("c", FanOutBench.Run),
    ("d", PageBench.Run),
];

(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] graph =
[
    ("", GraphProjectionBench.Run),
];

(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] presence =
[
    ("a", HeartbeatBench.OverHttp),
    ("b", HeartbeatBench.OverSocket),
    ("c", HeartbeatBench.Keys),
];

(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] rooms =
[
    ("a", PublishVersionBench.IntoFolder),
    ("b", PublishVersionBench.IntoBucket),
    ("c", VisitRoomBench.Whole),
    ("d", VisitRoomBench.Object),
    ("e", VisitRoomBench.NotModified),
];

(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] discovery =
[
    ("a", ComputeBench.Run),
    ("", AnswerBench.Run),
];

WholeSystem.Apart = options.Alone;
// What docs/explanation/capacity.md reckons with.
(string Letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> Run)[] costs =
[
    ("flush", FlushBench.Run),
    ("message", SendMessageBench.BesideNothing),
    ("kept", KeptBench.Run),
    ("heartbeat", HeartbeatBench.OverHttp),
    ("beat", HeartbeatBench.OverSocket),
    ("listening", HeartbeatBench.Connections),
    ("memory", HeartbeatBench.Keys),
    ("memory", chosen => ComputeBench.Run(chosen with { Rounds = 1, Round = TimeSpan.FromSeconds(0.2) })),
    ("discovery", chosen => AnswerBench.Run(chosen with { Only = ["b"] })),
    ("visit", VisitRoomBench.Whole),
    ("publication", PublishVersionBench.IntoFolder),
    ("look-up", FindUserBench.ById),
    ("registration", RegisterUserBench.BesideNothing),
];

var report = new Report(options);
foreach ((string letter, Func<BenchOptions, IAsyncEnumerable<BenchRow>> run) in options.Table switch
{
    "identity" => identity,
    "messaging" => messaging,
    "graph" => graph,
    "presence" => presence,
    "rooms" => rooms,
    "discovery" => discovery,
    "costs" => costs,
    _ => engine,
})
{
    if (letter.Length == 0 || options.Includes(letter))
    {
        await foreach (BenchRow row in run(options))
        {
            report.Add(row);
        }
    }
}

await report.Finish();
return 0;
