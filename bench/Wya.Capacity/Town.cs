namespace Wya.Capacity;

/// <summary>What so many people need, from measured costs and assumed habits.</summary>
internal sealed class Town(double people, Habits habits, Measured measured)
{
    /// <summary>Of a processor's time that is planned with: the rest is for the uneven, and for the loss of a machine.</summary>
    public const double Planned = 0.5;

    public const int ProcessorsOfProcess = 8;

    /// <summary>A live feed process takes no more (<c>LiveOptions.ConnectionsMax</c>).</summary>
    public const int ConnectionsOfProcess = 8_000;

    /// <summary>The largest server that a domain's database is planned on.</summary>
    public const int ProcessorsOfServer = 64;

    /// <summary>Memory that a process may give to the town that discovery looks at.</summary>
    public const double TownBytesOfProcess = 32e9;

    /// <summary>To each database, from each process: pooled ones, the gate's, a writer's, a daemon's, and one that listens.</summary>
    public const int SessionsOfProcess = 24;

    /// <summary>Of a server, before it spends its time on them.</summary>
    public const int SessionsOfServer = 2_000;

    /// <summary>Among which the worker's time for a message is taken to be shared evenly: what each takes was not measured.</summary>
    private const int FollowersOfMessages = 5;

    public double People => people;

    public double Present => people * habits.PresentShare;

    public double Rate(Operation operation) => people * habits.Rates[operation];

    /// <summary>Processors that a part of the system needs.</summary>
    public double Processors(string part) => Busy(part) / Planned;

    /// <summary>Four fifths full.</summary>
    private double ProcessesForConnections => Present / ConnectionsOfProcess / 0.8;

    public int ApiProcesses => (int)Math.Ceiling(Math.Max(ProcessesForConnections, Math.Max(Processors("program") / ProcessorsOfProcess, 2)));

    public int WorkerProcesses => (int)Math.Ceiling(Math.Max(2, Processors("worker") / ProcessorsOfProcess));

    public double SessionsOfDatabase => SessionsOfProcess * (ApiProcesses + WorkerProcesses);

    /// <summary>Each log has one writer at a time, and each follower of a log is one process.</summary>
    public int MessagingPartitions => (int)Math.Ceiling(Math.Max(1, Math.Max(Processors("postgres messaging") / ProcessorsOfServer, Math.Max(WriterBusy, FollowerBusy) / Planned)));

    /// <summary>A shard of Redis works with one processor.</summary>
    public int RedisShards => (int)Math.Ceiling(Math.Max(3, Processors("redis")));

    public double PresenceBytes => Present * measured.PresenceBytes;

    public double TownBytes => Present * measured.TownBytes;

    /// <summary>Of an API process, for what grows with people: the connections that it holds, and everybody who is there.</summary>
    public double ApiBytes => (Present / ApiProcesses * measured.ConnectionBytes) + TownBytes;

    public double MessageBytesAYear => people * habits.MessagesAYear * measured.MessageBytes;

    public double LogBytesASecond => Rate(Operation.Message) * measured.MessageLogBytes;

    /// <summary>Of one processor, if there were one log of messages.</summary>
    private double WriterBusy => Rate(Operation.Message) * measured[Operation.Message].Demands[WriterStage].Each / 1e6;

    private double FollowerBusy => Rate(Operation.Message) * measured.Cost(Operation.Message, "worker") / 1e6 / FollowersOfMessages;

    private static int WriterStage => Operation.Message.Stages.ToList().FindIndex(stage => stage.Pace == Pace.Together);

    private double Busy(string part) => Operation.All.Sum(operation => Rate(operation) * measured.Cost(operation, part)) / 1e6;

    /// <summary>How much of each thing that cannot simply be doubled is taken: 1 is all of it.</summary>
    public IReadOnlyDictionary<Wall, double> Walls() => new Dictionary<Wall, double>
    {
        [Wall.MessagesWriter] = WriterBusy / Planned,
        [Wall.MessagesFollower] = FollowerBusy / Planned,
        [Wall.MessagingServer] = Processors("postgres messaging") / ProcessorsOfServer,
        [Wall.IdentityServer] = Processors("postgres identity") / ProcessorsOfServer,
        [Wall.GraphServer] = Processors("postgres graph") / ProcessorsOfServer,
        [Wall.SafetyServer] = Processors("postgres safety") / ProcessorsOfServer,
        [Wall.RoomsServer] = Processors("postgres rooms") / ProcessorsOfServer,
        [Wall.Sessions] = SessionsOfProcess * ProcessesForConnections / SessionsOfServer,
        [Wall.TownMemory] = TownBytes / TownBytesOfProcess,
        [Wall.PresenceChannel] = Rate(Operation.Heartbeat) * measured.Cost(Operation.Heartbeat, "redis") / 1e6 / Planned,
    };
}

/// <summary>What cannot be had twice by starting another process.</summary>
internal enum Wall
{
    MessagesWriter,
    MessagesFollower,
    MessagingServer,
    IdentityServer,
    GraphServer,
    SafetyServer,
    RoomsServer,
    Sessions,
    TownMemory,
    PresenceChannel,
}
