namespace Wya.Bench.Identity;

/// <summary>
/// (a), (b) Registrations over HTTP: two durable writes in two databases (the person's key, then the event with its claims
/// and rows). Beside an endpoint that does nothing, and beside bare inserts of one row without any HTTP.
/// </summary>
internal static class RegisterUserBench
{
    public static readonly int[] Connections = [1, 16, 64];

    public static async IAsyncEnumerable<BenchRow> BesideNothing(BenchOptions options)
    {
        await using IdentitySystem system = await IdentitySystem.Start();
        await using ServerProcess nothing = await NothingServer.Start();
        foreach (int connections in Connections)
        {
            using HttpClient ours = system.Api.Connect(connections), theirs = nothing.Connect(connections);
            Measured measured = await Rounds.Compare(
                options,
                length => Register(system, ours, connections, length),
                length => Register(system, theirs, connections, length));
            yield return BenchRow.Against($"(a) register, {Name(connections)} (reference: an endpoint that does nothing)", "registrations/s", measured, null);
        }
    }

    public static async IAsyncEnumerable<BenchRow> BesideInserts(BenchOptions options)
    {
        await using IdentitySystem system = await IdentitySystem.Start();
        foreach (int connections in Connections)
        {
            await using RawUsers raw = await RawUsers.Create(connections);
            using HttpClient ours = system.Api.Connect(connections);
            Measured measured = await Rounds.Compare(
                options,
                length => Register(system, ours, connections, length),
                length => Rounds.Callers(connections, length, caller => raw.Insert(caller, system.NewHandle())));
            yield return BenchRow.Against($"(b) register, {Name(connections)} (reference: inserts of one row)", "registrations/s", measured, null);
        }
    }

    public static string Name(int connections) => connections == 1 ? "1 connection" : $"{connections} connections";

    private static Task<Round> Register(IdentitySystem system, HttpClient client, int connections, TimeSpan length) =>
        Rounds.Callers(connections, length, async _ =>
        {
            await IdentitySystem.Register(client, system.NewHandle());
            return 1;
        });
}
