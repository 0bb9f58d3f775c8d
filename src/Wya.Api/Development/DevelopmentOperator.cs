using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Development;

/// <summary>In Development there is always somebody who may do everything, so that the first request works.</summary>
internal sealed class DevelopmentOperator(IdentityLog identity, TimeProvider clock, ILogger<DevelopmentOperator> log) : BackgroundService
{
    public const string Name = "operator";

    private static readonly string[] Capabilities = [Capability.Operate, Capability.Moderate, Capability.Analyse];

    private volatile bool isThere;

    public bool IsThere => isThere;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!isThere)
        {
            try
            {
                await Ensure(stoppingToken).ConfigureAwait(false);
                isThere = true;
            }
            // A database that is away or not migrated yet: the process stays, and says that it is not ready.
            catch (Exception failure) when (Faults.IsAway(failure))
            {
                log.LogWarning("The development operator waits for the identity database ({Kind}).", failure.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private async Task Ensure(CancellationToken ct)
    {
        UserView? user = await UsersTable.ByHandle(identity.Database, Name, ct).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        Guid id = user?.Id.Value ?? Guid.CreateVersion7(now);
        await Record(id, "register", user => Register(user, id), ct).ConfigureAwait(false);
        foreach (string capability in Capabilities)
        {
            var grant = new GrantPermission(capability);
            await Record(id, $"grant {capability}", state => GrantPermission.Decide(state, grant, now), ct).ConfigureAwait(false);
        }
    }

    /// <summary>The handle is reserved, so that nobody else can take it: only the system may.</summary>
    private static Decision<UserEvent> Register(User user, Guid id) =>
        user.IsThere || !Handle.TryParse(Name, out Handle? handle, out _)
            ? Decision<UserEvent>.Nothing
            : new UserCreated(new Sensitive<string>(id, handle.Text), new Sensitive<IReadOnlyList<string>>(id, handle.Skeletons), AgeLayer.Adult);

    private async Task Record(Guid id, string what, Func<User, Decision<UserEvent>> decide, CancellationToken ct)
    {
        Transacted<User> done = await identity.Store
            .Transact(User.Stream, id, decide, CommandMetadata.System(Guid.CreateVersion7()), ct).ConfigureAwait(false);
        if (done.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"The development operator cannot be set up: {what}: {refusal.Code}.");
        }
    }
}
