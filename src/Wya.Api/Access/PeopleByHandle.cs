using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections;
using Wya.Projections.Identity;

namespace Wya.Api.Access;

/// <summary>
/// Finds a person by handle for a caller, as <c>GET /users/by-handle</c> does: for endpoints of other domains, which hold
/// ids and no handles that could be looked up.
/// </summary>
internal sealed class PeopleByHandle(IdentityLog identity)
{
    /// <returns>Null when the caller finds nobody of that handle, for whatever reason.</returns>
    public async Task<UserId?> Find(HttpContext http, string handle) =>
        (await Look(http.Caller(), await UsersTable.ByHandle(identity.Database, handle, http.RequestAborted).ConfigureAwait(false), http.RequestAborted)
            .ConfigureAwait(false))?.Id;

    /// <summary>Whoever holds the handle, for nobody in particular: whoever asks decides by rows of its own what may be told of them.</summary>
    /// <returns>With the handle as they spell it.</returns>
    public async Task<(UserId Id, string Handle)?> Holder(string handle, CancellationToken ct) =>
        await UsersTable.ByHandle(identity.Database, handle, ct).ConfigureAwait(false) is { } user ? (user.Id, user.Handle) : null;

    /// <summary>For those who may see everybody. Null when there is nobody of that id, or they are erased.</summary>
    public async Task<string?> HandleOf(UserId id, CancellationToken ct) =>
        (await UsersTable.ById(identity.Database, id, ct).ConfigureAwait(false))?.Handle;

    /// <summary>The person, if they exist for the caller: of the same layer, not about to be erased, and no block between them.</summary>
    public async Task<UserView?> Look(Caller caller, UserView? user, CancellationToken ct)
    {
        // Asked whether or not there is somebody, so that the time it takes does not tell.
        bool areApart = await BlocksTable.AreApart(identity.Database, caller.Id, user?.Id ?? default, ct).ConfigureAwait(false);
        return user is not null && caller.MaySee(user) && (!areApart || caller.SeesAll) ? user : null;
    }
}
