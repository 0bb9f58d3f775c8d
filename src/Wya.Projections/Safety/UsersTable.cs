using Npgsql;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

public sealed record UserRow(Guid Id);

/// <summary>
/// Whom a case or a decision names, so that the specification's tables can refer to them: the person concerned, and the
/// moderator who decided. Folded from safety's own log; what identity says of people comes later, see <see cref="PeopleTable"/>.
/// </summary>
public sealed class UsersTable : Table<Guid, UserRow>
{
    public override string Name => "users";

    public override IReadOnlyList<Column<UserRow>> Columns { get; } = [new Column<UserRow, Guid>("id", "uuid", row => row.Id, isKey: true)];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) => $"create table {schema}.users (id uuid primary key)";

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is RiskAssessed or SignalRecorded && CasesTable.UserOf(recorded.Data) is { } assessed)
        {
            keys.Add(assessed.Value);
        }
        else if (ModerationActionsTable.Act(recorded) is { } act)
        {
            keys.Add(act.User.Value);
            if (ModerationActionsTable.Moderator(recorded) is { } moderator && moderator != act.User.Value)
            {
                keys.Add(moderator);
            }
        }
    }

    public override UserRow? Evolve(Guid key, UserRow? row, RecordedEvent recorded) => row ?? new UserRow(key);

    public override (Guid Key, UserRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new UserRow(reader.GetGuid(0));
        return (row.Id, row);
    }
}
