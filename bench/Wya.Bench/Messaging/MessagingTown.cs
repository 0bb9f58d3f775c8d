using Wya.Testing;
using Wya.Testing.Http;

namespace Wya.Bench.Messaging;

/// <summary>People who talk in pairs and in groups, so that a load is spread over senders and conversations.</summary>
internal sealed class MessagingTown : IAsyncDisposable
{
    private const int People = 64;
    private const int GroupSize = 8;

    /// <summary>Of an everyday message: 100 characters.</summary>
    public static readonly string Text = string.Concat(Enumerable.Repeat("See you at 9? ", 8))[..100];

    private readonly WholeSystem system;
    private readonly Neighbour[] people;
    private readonly List<(Guid Id, int[] Participants)> conversations = [];

    private MessagingTown(WholeSystem system, Neighbour[] people)
    {
        this.system = system;
        this.people = people;
    }

    public Uri Address => system.Api.Address;

    public TestDatabase Database(string domain) => system[domain];

    public static async Task<MessagingTown> Settle()
    {
        WholeSystem system = await WholeSystem.Start();
        Uri address = system.Api.Address;
        Neighbour[] people = await Neighbours.Register(address, People);
        var town = new MessagingTown(system, people);
        await Neighbours.UntilKnown(address, people[0], People);
        using var api = new LeanApi(address);
        for (int i = 0; i < People; i += 2)
        {
            town.conversations.Add((await Neighbours.Acquaint(api, people[i], people[i + 1]), [i, i + 1]));
        }

        for (int i = 0; i < People; i += GroupSize)
        {
            int[] members = [.. Enumerable.Range(i, GroupSize)];
            town.conversations.Add((await Neighbours.Gather(api, people[i], members[1..].Select(member => people[member])), members));
        }

        await system["messaging"].Execute("vacuum (analyze)");
        return town;
    }

    /// <summary>Each caller is one of the people, and writes in their conversations in turn.</summary>
    /// <param name="path">Of a request, given a conversation; it has a place for the message's id.</param>
    public async Task<Sending> Send(int callers, Func<Guid, string> path)
    {
        var connections = new LeanConnection[callers];
        var requests = new RequestWithId[callers][];
        for (int caller = 0; caller < callers; caller++)
        {
            int person = caller % People;
            connections[caller] = await LeanConnection.Open(Address);
            requests[caller] = [.. conversations.Where(one => one.Participants.Contains(person))
                .Select(one => new RequestWithId(LeanRequest.Prepare("PUT", path(one.Id), new { text = Text }, people[person].Token)))];
        }

        return new Sending(connections, requests);
    }

    public ValueTask DisposeAsync() => system.DisposeAsync();
}

/// <summary>Callers with a connection each.</summary>
internal sealed class Sending(LeanConnection[] connections, RequestWithId[][] requests) : IDisposable
{
    private readonly int[] next = new int[connections.Length];

    public Task<Round> Run(TimeSpan length) => Rounds.Callers(connections.Length, length, async caller =>
    {
        RequestWithId[] own = requests[caller];
        LeanAnswer answer = await connections[caller].Send(own[next[caller]++ % own.Length].With(Guid.CreateVersion7()));
        return answer.IsSuccess ? 1 : throw new RefusedException(answer.Status, answer.Text);
    });

    public void Dispose()
    {
        foreach (LeanConnection connection in connections)
        {
            connection.Dispose();
        }
    }
}
