using System.Security.Cryptography;
using System.Text.Json;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Prove.Erasure;

/// <summary>People with a marked string in every sensitive field, put there as the system itself would.</summary>
internal sealed class Town(ErasureSite site, Canaries canaries)
{
    private const int AtOnce = 8;

    private static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task<IReadOnlyList<MarkedPerson>> Settle(int people, CancellationToken ct)
    {
        using HttpClient moderator = site.With(await site.Token("operator", ct));
        Guid listener = (await ErasureSite.Send(moderator, HttpMethod.Get, "/me", null, ct)).GetProperty("id").GetGuid();
        await using SubjectKeys keys = site.Keys.Open();
        await using var log = new LogDatabase(
            "identity", site.Identity.ConnectionString, IdentityDomain.Definition.Types, keys: new LogKeys(keys, site.Keys.Ring.ClaimPepper));
        await using var store = new PostgresEventStore(log, TimeProvider.System, IdentityDomain.Definition.ReadModels.Where(model => model.Inline));
        MarkedPerson[] all = new MarkedPerson[people];
        await Parallel.ForAsync(
            0, people, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (n, stop) => all[n] = await Settle(moderator, listener, store, stop));
        return all;
    }

    private async Task<MarkedPerson> Settle(HttpClient moderator, Guid listener, PostgresEventStore store, CancellationToken ct)
    {
        string handle = canaries.NewHandle(), contact = $"{canaries.NewSealed()}@example.org";
        string[] reasons = [.. Enumerable.Range(0, 4).Select(_ => canaries.NewSealed())];
        string[] said = [canaries.NewSealed(), canaries.NewSealed()];
        var born = new DateOnly(1950 + RandomNumberGenerator.GetInt32(40), 1 + RandomNumberGenerator.GetInt32(12), 1 + RandomNumberGenerator.GetInt32(28));
        JsonElement registered = await ErasureSite.Send(site.Anonymous, HttpMethod.Post, "/users", new { handle, birth_date = ErasureSite.Date(born) }, ct);
        Guid id = registered.GetProperty("id").GetGuid();
        HttpClient client = site.With(await site.Token(handle, ct));
        await ErasureSite.Send(client, HttpMethod.Put, "/me/contact-address", new { contact_address = contact }, ct);
        await Say(client, id, moderator, listener, said, ct);

        // What has no address of its own is recorded through the same store, with the same keys.
        await Record(store, id, new UserSuspended(Until, Of(id, reasons[0])), ct);
        await Record(store, id, new PermissionGranted(Capability.Moderate), ct);
        await Record(store, id, new PermissionRevoked(Capability.Moderate, Of(id, reasons[1])), ct);
        await Record(store, id, new PermissionRestricted(Capability.ChatGroup, Of(id, reasons[2])), ct);
        await Record(store, id, new UserBanned(Of(id, reasons[3])), ct);
        return new MarkedPerson(id, handle, born, contact, reasons, said, client);
    }

    private async Task Say(HttpClient client, Guid id, HttpClient listening, Guid listener, string[] said, CancellationToken ct)
    {
        await Wait.Until(async () => await site.Messaging.Count($"users where id = '{id}'", ct) == 1, "messaging knows everybody", 60, ct);
        JsonElement started = await ErasureSite.Send(client, HttpMethod.Post, "/conversations", new { kind = "direct", user_id = listener }, ct);
        string conversation = $"/conversations/{started.GetProperty("conversation_id").GetGuid()}", message = $"{conversation}/messages/{Guid.CreateVersion7()}";
        await ErasureSite.Send(client, HttpMethod.Put, message, new { text = said[0] }, ct);
        await ErasureSite.Send(listening, HttpMethod.Put, $"{conversation}/request", new { accept = true }, ct);
        await ErasureSite.Send(client, HttpMethod.Patch, message, new { text = said[1] }, ct);
    }

    private static Sensitive<string> Of(Guid id, string text) => new(id, text);

    private static Task<Transacted<User>> Record(PostgresEventStore store, Guid id, UserEvent fact, CancellationToken ct) =>
        store.Transact(User.Stream, id, _ => fact, CommandMetadata.System(Guid.CreateVersion7()), ct);
}
