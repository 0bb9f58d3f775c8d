using Npgsql;
using Wya.Prove.Servers;

namespace Wya.Prove.Handles;

/// <summary>How a registration was answered.</summary>
/// <param name="User">Of whoever won.</param>
internal sealed record Attempt(string Handle, int Status, string? Problem, Guid? User);

/// <summary>What the databases hold of a person.</summary>
internal sealed record Registered(Guid Id, string Handle);

/// <summary>What was answered, against what is there.</summary>
/// <param name="TakenTwice">Families of look-alikes of which more than one is registered.</param>
/// <param name="TakenByNobody">Families of which none is.</param>
/// <param name="OrphanStreams">Streams of nobody.</param>
/// <param name="WinnersMissing">Answered as registered, and not there under that id and handle.</param>
internal sealed record HandleFindings(int TakenTwice, int TakenByNobody, int OrphanStreams, int WinnersMissing, int Unannounced)
{
    public static HandleFindings Check(
        IReadOnlyList<HandleFamily> families, IReadOnlyList<Attempt> attempts, IReadOnlyList<Registered> people, IReadOnlyList<Guid> streams)
    {
        ILookup<string?, Registered> bySkeleton = people.ToLookup(person => HandleFamily.SkeletonOf(person.Handle));
        HashSet<Guid> ids = [.. people.Select(person => person.Id)];
        HashSet<(Guid, string)> there = [.. people.Select(person => (person.Id, person.Handle))];
        HashSet<Guid> announced = [.. attempts.Where(attempt => attempt.User is not null).Select(attempt => attempt.User!.Value)];
        return new HandleFindings(
            families.Count(family => bySkeleton[family.Skeleton].Count() > 1),
            families.Count(family => !bySkeleton[family.Skeleton].Any()),
            streams.Count(stream => !ids.Contains(stream)),
            attempts.Count(attempt => attempt.User is { } user && !there.Contains((user, attempt.Handle))),
            families.Sum(family => bySkeleton[family.Skeleton].Count(person => !announced.Contains(person.Id))));
    }

    public static async Task<(IReadOnlyList<Registered> People, IReadOnlyList<Guid> Streams)> Read(ProofDatabase database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new NpgsqlBatchCommand("select id, handle from users"), new NpgsqlBatchCommand("select id from log.mt_streams") },
        };
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct);
        List<Registered> people = [];
        while (await reader.ReadAsync(ct))
        {
            people.Add(new Registered(reader.GetGuid(0), reader.GetString(1)));
        }

        await reader.NextResultAsync(ct);
        List<Guid> streams = [];
        while (await reader.ReadAsync(ct))
        {
            streams.Add(reader.GetGuid(0));
        }

        return (people, streams);
    }
}
