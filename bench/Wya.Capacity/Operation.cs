namespace Wya.Capacity;

/// <summary>How a stage is gone through.</summary>
internal enum Pace
{
    /// <summary>Each by itself; a processor that was idle has to be woken first.</summary>
    Alone,

    /// <summary>Those that wait at the same moment go together: one commit, one round trip.</summary>
    Together,

    /// <summary>Together, and nobody waits for it: what follows a log.</summary>
    Afterwards,
}

/// <summary>One stage of an operation.</summary>
/// <param name="Part">Of the system, as the measurements name it.</param>
/// <param name="Share">Of what the part spends for one.</param>
/// <param name="Flushes">Of the disk, one after the other, before it is over.</param>
internal sealed record Stage(string Part, Pace Pace, double Share = 1, int Flushes = 0);

/// <summary>What somebody does: which parts of the system work for it, in order.</summary>
/// <param name="Line">In the table of <c>./dev bench costs</c>.</param>
internal sealed record Operation(string Name, string Line, IReadOnlyList<Stage> Stages)
{
    public static Operation Message { get; } = new("a message", "(a) send",
        [Client, Half("program"), One("postgres messaging", 0.2), Half("program"), Commit("postgres messaging", 0.8), After("worker"), After("postgres safety"), After("postgres graph")]);

    public static Operation Heartbeat { get; } = new("a heartbeat over HTTP", "(a) heartbeats over HTTP",
        [Client, One("program"), One("postgres graph"), One("postgres messaging"), One("redis"), After("worker")]);

    public static Operation Discovery { get; } = new("a discovery", "(b) computed answers over HTTP among 5,000 people",
        [Client, One("program"), One("postgres identity"), One("postgres graph"), One("redis"), After("worker")]);

    public static Operation Visit { get; } = new("a room visit", "(c) visit, pointer to object",
        [Client, One("program"), One("postgres identity"), One("postgres rooms"), After("worker")]);

    public static Operation Publication { get; } = new("a publication", "(a) save and publish into a folder",
        [Client, Half("program"), One("postgres rooms", 0.3, flushes: 1), One("postgres identity"), One("postgres rooms", 0.3, flushes: 3), Half("program"), Commit("postgres rooms", 0.4),
            After("worker"), After("postgres safety")]);

    public static Operation LookUp { get; } = new("a look-up", "(c) find by id", [Client, One("program"), One("postgres identity"), After("worker")]);

    public static Operation Registration { get; } = new("a registration", "(a) register",
        [Client, One("program"), One("postgres keys", flushes: 1), Commit("postgres identity"),
            After("worker"), After("postgres graph"), After("postgres rooms"), After("postgres messaging"), After("postgres safety")]);

    public static IReadOnlyList<Operation> All { get; } = [Message, Heartbeat, Discovery, Visit, Publication, LookUp, Registration];

    private static Stage Client => One("client");

    private static Stage One(string part, double share = 1, int flushes = 0) => new(part, Pace.Alone, share, flushes);

    private static Stage Half(string part) => One(part, 0.5);

    private static Stage Commit(string part, double share = 1) => new(part, Pace.Together, share, Flushes: 1);

    private static Stage After(string part) => new(part, Pace.Afterwards);
}
