namespace Wya.EventStore.Tests;

/// <summary>A small stream for the engine's own tests: an account with a name and a balance.</summary>
[EventType("ledger.opened")]
public sealed record LedgerOpened(string Name);

[EventType("ledger.deposited")]
public sealed record Deposited(int Amount);

/// <summary>The current version; the first had an amount in cents under another name.</summary>
[EventType("ledger.withdrawn", Version = 2)]
public sealed record Withdrawn(int Amount, string? Reason = null);

public sealed record Ledger(string? Name, int Balance, int Count)
{
    public static StreamType<Ledger, object> Stream { get; } = new("ledger", new Ledger(null, 0, 0), Evolve, Claims);

    public static EventTypeMap Types { get; } = EventTypeMap.From(
        [typeof(LedgerOpened), typeof(Deposited), typeof(Withdrawn)],
        new Dictionary<string, Action<System.Text.Json.Nodes.JsonObject>>
        {
            ["ledger.withdrawn"] = payload =>
            {
                payload["amount"] = payload["cents"]!.GetValue<int>() / 100;
                payload.Remove("cents");
            },
        });

    public static Decision<object> Open(Ledger ledger, string name) =>
        ledger.Name is null ? new LedgerOpened(name) : Decision<object>.Nothing;

    public static Decision<object> Deposit(Ledger ledger, int amount) => new Deposited(amount);

    public static Decision<object> Withdraw(Ledger ledger, int amount) =>
        amount > ledger.Balance
            ? new Refusal("not-enough", "There is not enough.", RefusalKind.Conflict)
            : new Withdrawn(amount);

    private static Ledger Evolve(Ledger ledger, object fact) => fact switch
    {
        LedgerOpened opened => ledger with { Name = opened.Name, Count = ledger.Count + 1 },
        Deposited deposited => ledger with { Balance = ledger.Balance + deposited.Amount, Count = ledger.Count + 1 },
        Withdrawn withdrawn => ledger with { Balance = ledger.Balance - withdrawn.Amount, Count = ledger.Count + 1 },
        _ => throw new InvalidOperationException($"A ledger does not know {fact.GetType().Name}."),
    };

    private static IEnumerable<string> Claims(object fact) => fact is LedgerOpened opened ? [$"ledger-name:{opened.Name}"] : [];
}
