using System.Globalization;
using System.Net;

namespace Wya.Bench.Identity;

/// <summary>(c), (d) Look-ups over HTTP with a token, of people picked at random, beside an endpoint that does nothing.</summary>
internal static class FindUserBench
{
    private const int People = 2_000;
    private const int FillConnections = 32;

    public static IAsyncEnumerable<BenchRow> ById(BenchOptions options) =>
        Run(options, "(c) find by id", (_, location) => location.ToString());

    public static IAsyncEnumerable<BenchRow> ByHandle(BenchOptions options) =>
        Run(options, "(d) find by handle", (handle, _) => $"/users/by-handle/{handle}");

    private static async IAsyncEnumerable<BenchRow> Run(BenchOptions options, string name, Func<string, Uri, string> path)
    {
        await using IdentitySystem system = await IdentitySystem.Start();
        await using ServerProcess nothing = await NothingServer.Start();
        Uri[] people = await Fill(system, options.Quick ? People / 10 : People, path);
        Uri[] nobody = [new Uri("/users/nobody", UriKind.Relative)];
        foreach (int connections in RegisterUserBench.Connections)
        {
            using HttpClient ours = await system.SignIn(connections), theirs = nothing.Connect(connections);
            Measured measured = await Rounds.Compare(
                options,
                length => Find(ours, people, connections, length),
                length => Find(theirs, nobody, connections, length));
            yield return BenchRow.Against(
                $"{name}, {RegisterUserBench.Name(connections)} (reference: an endpoint that does nothing)", "look-ups/s", measured, null);
        }
    }

    private static Task<Round> Find(HttpClient client, Uri[] people, int connections, TimeSpan length) =>
        Rounds.Callers(connections, length, async _ =>
        {
            using HttpResponseMessage answer = await client.GetAsync(people[Random.Shared.Next(people.Length)]);
            await answer.Content.ReadAsByteArrayAsync();
            return answer.StatusCode == HttpStatusCode.OK
                ? 1
                : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"A look-up was answered with {(int)answer.StatusCode}."));
        });

    private static async Task<Uri[]> Fill(IdentitySystem system, int count, Func<string, Uri, string> path)
    {
        using HttpClient client = system.Api.Connect(FillConnections);
        var people = new Uri[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = FillConnections }, async (i, _) =>
        {
            string handle = system.NewHandle();
            Uri location = await IdentitySystem.Register(client, handle) ?? throw new InvalidOperationException("A registration names no person.");
            people[i] = new Uri(path(handle, location), UriKind.Relative);
        });
        await system.Settle();
        return people;
    }
}
