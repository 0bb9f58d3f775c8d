using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Identity;

public sealed class PermissionAuditTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    private static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static ReadModel Audit => IdentityHouse.Definition.ReadModels.Single(model => model.Name == "PermissionAudit");

    [Fact]
    public async Task Each_change_has_one_row_at_its_place_in_the_log()
    {
        await using var daemon = new ProjectionDaemon([Consumer.Of(Audit, house.Log)], TimeProvider.System);
        daemon.Start();
        UserId user = await house.Register();
        UserEvent[] facts =
        [
            new PermissionGranted(Capability.Analyse),
            new PermissionRestricted(Capability.ChatGroup, new Sensitive<string>(user.Value, "Spam."), Until),
            new UserVerified(),
            new PermissionRestored(Capability.ChatGroup),
            new UserSuspended(Until, new Sensitive<string>(user.Value, "Spam.")),
            new UserBanned(new Sensitive<string>(user.Value, "Threats.")),
            new UserUnbanned(),
            new PermissionRevoked(Capability.Analyse),
            new UserErased(),
        ];
        foreach (UserEvent fact in facts)
        {
            await house.Do(user, _ => fact);
        }

        await Eventually.Is(async () => (await PermissionAuditTable.Before(house.Log, null, user, null, 100)).Count == 7, "seven changes are on record");

        IReadOnlyList<PermissionAuditRow> rows = await PermissionAuditTable.After(house.Log, 0, user, null, 100);
        List<RecordedEvent> recorded = await house.Store.ReadStream(user.Value).ToListAsync();
        rows.ShouldBe(recorded.Where(one => one.Data is not (UserCreated or UserVerified or UserErased)).Select(one => new PermissionAuditRow(
            one.Position,
            one.Time,
            user.Value,
            "system",
            one.Type,
            one.Data switch
            {
                PermissionGranted or PermissionRevoked => "analyse",
                PermissionRestricted or PermissionRestored => "chat.group",
                _ => null,
            },
            one.Data is PermissionRestricted or UserSuspended ? Until : null)));
        (await PermissionAuditTable.Before(house.Log, rows[3].Position, user, "chat.group", 100)).ShouldBe([rows[2], rows[1]]);
        (await PermissionAuditTable.Before(house.Log, null, null, null, 2)).ShouldBe([rows[6], rows[5]]);
        (await ReadModelCheck.Compare(house.Log, Audit, TimeProvider.System)).IsNone.ShouldBeTrue();
    }
}
