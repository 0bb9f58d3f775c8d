using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="BirthDate">As sealed in the event; null when it was never told.</param>
/// <param name="ContactAddress">As sealed in the event; null when there is none.</param>
public sealed record PersonalDetailsRow(Guid UserId, string? BirthDate, string? ContactAddress);

/// <param name="Token">Sealed in the person's own stream.</param>
public sealed record SealedBirthDate(UserId User, AgeLayer Layer, string Token);

/// <summary>
/// What only the person themselves is told about them, sealed under their key as the events hold it: nothing is opened to
/// fill this table, so it can be rebuilt without keys and over erased people.
/// </summary>
public sealed class PersonalDetailsTable : Table<Guid, PersonalDetailsRow>
{
    public override string Name => "personal_details";

    public override IReadOnlyList<Column<PersonalDetailsRow>> Columns { get; } =
    [
        new Column<PersonalDetailsRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<PersonalDetailsRow, string?>("birth_date", "text", row => row.BirthDate),
        new Column<PersonalDetailsRow, string?>("contact_address", "text", row => row.ContactAddress),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.personal_details (
            user_id         uuid primary key references {schema}.users (id) on delete cascade,
            birth_date      text null,
            contact_address text null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserCreated or ContactAddressChanged or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override PersonalDetailsRow? Evolve(Guid key, PersonalDetailsRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserCreated created => new PersonalDetailsRow(key, created.BirthDate?.Token, null),
        ContactAddressChanged changed => row! with { ContactAddress = changed.ContactAddress?.Token },
        UserErased => null,
        _ => row,
    };

    public override (Guid Key, PersonalDetailsRow Row) Read(NpgsqlDataReader reader)
    {
        PersonalDetailsRow row = ReadRow(reader);
        return (row.UserId, row);
    }

    public static async Task<PersonalDetailsRow?> Of(LogDatabase identity, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"select user_id, birth_date, contact_address from {identity.ReadSchema}.personal_details where user_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? ReadRow(reader) : null;
    }

    /// <summary>The birth dates of all who may still come into an older layer, a page at a time, in the order of their ids.</summary>
    /// <param name="after">The last person of the page before; the empty id for the first page.</param>
    public static async Task<IReadOnlyList<SealedBirthDate>> BirthDatesBelowAdult(
        LogDatabase identity, UserId after, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"""
            select u.id, u.age_layer::text, d.birth_date
            from {identity.ReadSchema}.users u join {identity.ReadSchema}.personal_details d on d.user_id = u.id
            where u.age_layer in ('minor', 'transitional') and u.id > $1 and d.birth_date is not null order by u.id limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<SealedBirthDate> page = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            page.Add(new SealedBirthDate(new UserId(reader.GetGuid(0)), AgeLayerColumn.Read(reader.GetString(1)), reader.GetString(2)));
        }

        return page;
    }

    private static PersonalDetailsRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));
}
