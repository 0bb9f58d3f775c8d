using System.Globalization;
using Wya.EventStore;
using Wya.Prove.Delivery;
using Wya.Testing.Http;

namespace Wya.Prove.Nodes;

/// <summary>A command that was answered as done.</summary>
internal readonly record struct AcknowledgedCommand(string Domain, Guid EventId);

/// <summary>
/// People who register, ask whoever came before them to be friends, and are accepted: one command after the other, each
/// under its key, at whichever node answers, until it is done. So no outcome stays unknown.
/// </summary>
internal sealed class Newcomers(IReadOnlyList<Uri> nodes, int first, TimeSpan answerWithin, TimeSpan pause)
{
    private readonly List<AcknowledgedCommand> acknowledged = [];

    /// <summary>To be read when it has ended.</summary>
    public IReadOnlyList<AcknowledgedCommand> Acknowledged => acknowledged;

    public int SentAgain { get; private set; }

    public async Task Run(CancellationToken stop, CancellationToken ct)
    {
        Neighbour? before = null;
        for (int number = first; !stop.IsCancellationRequested; number++)
        {
            Neighbour one = await Register(number, ct);
            if (before is not null)
            {
                await AskToBeFriends(one, before, number, ct);
                await AskToBeFriends(before, one, number, ct); // who asks as well has accepted
            }

            before = one;
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Neighbour> Register(int number, CancellationToken ct)
    {
        string handle = Neighbours.Handle(number);
        using var caller = new NodeCaller(nodes, new Neighbour(Guid.Empty, handle, ""), number, answerWithin);
        LeanReply registered = await caller.Until(
            () => LeanRequest.Prepare("POST", "/users", new { handle, birth_date = "1990-01-01" }, null, $"Idempotency-Key: {handle}"), ct);
        acknowledged.Add(new AcknowledgedCommand("identity", EventIds.ForCommand("anonymous", "POST /users", handle)));
        await caller.SignInAgain(ct);
        SentAgain += caller.SentAgain;
        return new Neighbour(Guid.Parse(registered.Location!.Split('/')[^1]), handle, caller.Token);
    }

    private async Task AskToBeFriends(Neighbour one, Neighbour other, int number, CancellationToken ct)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"ask-{number}");
        using var caller = new NodeCaller(nodes, one, number, answerWithin);
        await caller.Until(
            () => LeanRequest.Prepare("POST", "/me/friend-requests", new { user_id = other.Id }, caller.Token, $"Idempotency-Key: {key}"), ct);
        acknowledged.Add(new AcknowledgedCommand("graph", EventIds.ForCommand(one.Id.ToString(), "POST /me/friend-requests", key)));
        SentAgain += caller.SentAgain;
    }
}
