using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Identity;

namespace Wya.Cli.Tests;

/// <summary>A read model that cannot stomach suspensions until it is mended.</summary>
internal sealed class GuestbookTable : Table<Guid, GuestbookRow>
{
    private volatile bool isMended;

    public override string Name => "guestbook";

    public override IReadOnlyList<Column<GuestbookRow>> Columns { get; } =
    [
        new Column<GuestbookRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<GuestbookRow, int>("events", "integer", row => row.Events),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", key => key, isKey: true)];

    /// <summary>Identity, with a guestbook beside its own read models.</summary>
    public static (DomainDefinition Domain, GuestbookTable Table) WithIdentity()
    {
        var table = new GuestbookTable();
        DomainDefinition identity = IdentityDomain.Definition;
        return (identity with { ReadModels = [.. identity.ReadModels, new ReadModel("Guestbook", 1, Inline: false, table)] }, table);
    }

    public void Mend() => isMended = true;

    public override string CreateSql(string schema) => $"create table {schema}.guestbook (id uuid primary key, events integer not null);";

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys) => keys.Add(recorded.StreamId);

    public override GuestbookRow? Evolve(Guid key, GuestbookRow? row, RecordedEvent recorded) =>
        recorded.Data is UserSuspended && !isMended
            ? throw new InvalidOperationException($"a message with personal data: {recorded.StreamId}")
            : new GuestbookRow(key, (row?.Events ?? 0) + 1);

    public override (Guid Key, GuestbookRow Row) Read(NpgsqlDataReader reader) => (reader.GetGuid(0), new GuestbookRow(reader.GetGuid(0), reader.GetInt32(1)));
}

internal sealed record GuestbookRow(Guid Id, int Events);
