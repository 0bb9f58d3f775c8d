using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Prove.Servers;

namespace Wya.Prove.Birthdays;

/// <summary>What a log says about birthdays, against what the calendar says.</summary>
/// <param name="Missed">Due, and no event.</param>
/// <param name="Doubled">More than one event.</param>
/// <param name="NotDue">An event, and nothing was due.</param>
/// <param name="WrongLayer">An event from or to another layer than the person's.</param>
internal sealed record BirthdayFindings(int Moved, int Missed, int Doubled, int NotDue, int WrongLayer)
{
    /// <param name="began">Before any process looked.</param>
    /// <param name="ended">After the last did; a day may have begun between the two, and then both answers are right.</param>
    public static async Task<BirthdayFindings> Check(
        ProofDatabase database, string table, IReadOnlyList<Resident> people, DateTimeOffset began, DateTimeOffset ended, CancellationToken ct)
    {
        ILookup<Guid, (AgeLayer From, AgeLayer To)> events = (await Read(database, table, ct)).ToLookup(one => one.Id, one => (one.From, one.To));
        int moved = 0, missed = 0, doubled = 0, notDue = 0, wrongLayer = 0;
        foreach (Resident one in people)
        {
            AgeLayer? early = one.DueAt(began), late = one.DueAt(ended);
            (AgeLayer From, AgeLayer To)[] of = [.. events[one.Id]];
            moved += Math.Min(of.Length, 1);
            missed += early is not null && of.Length == 0 ? 1 : 0;
            doubled += of.Length > 1 ? 1 : 0;
            notDue += late is null && of.Length > 0 ? 1 : 0;
            wrongLayer += late is not null && of.Any(change => change.From != one.Had || (change.To != early && change.To != late)) ? 1 : 0;
        }

        int strangers = events.Count - people.Count(one => events.Contains(one.Id));
        return new BirthdayFindings(moved, missed, doubled, notDue + strangers, wrongLayer);
    }

    private static async Task<List<(Guid Id, AgeLayer From, AgeLayer To)>> Read(ProofDatabase database, string table, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select stream_id, data->>'from', data->>'to' from {table} where type = 'user.age_layer_changed'", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        List<(Guid, AgeLayer, AgeLayer)> read = [];
        while (await reader.ReadAsync(ct))
        {
            read.Add((reader.GetGuid(0), Enum.Parse<AgeLayer>(reader.GetString(1), ignoreCase: true), Enum.Parse<AgeLayer>(reader.GetString(2), ignoreCase: true)));
        }

        return read;
    }
}
