namespace Wya.Capacity;

/// <summary>What a simulated load came to.</summary>
/// <param name="PaidOnce">By stage: how often its shared cost was paid, for each operation done.</param>
internal sealed record Simulated(double PerSecond, double P50Milliseconds, double[] PaidOnce);

/// <summary>
/// A discrete-event simulation: operations go through their stages, wait where a processor is busy, and gather where one round
/// takes many. Times of work are drawn at random, exponentially; the same seed gives the same run, so it is a computation.
/// </summary>
internal sealed class Simulation
{
    private const int Seed = 12;

    private readonly PriorityQueue<Action, (double At, long Order)> events = new();
    private readonly Random random = new(Seed);
    private readonly Fitted fitted;
    private readonly Func<string, Station> stationOf;
    private readonly Gathering?[] gatherings;
    private readonly long[] paidOnce;
    private readonly List<double> times = [];
    private double now;
    private long order;

    private Simulation(Fitted fitted, Func<string, Station> stationOf)
    {
        this.fitted = fitted;
        this.stationOf = stationOf;
        gatherings = [.. fitted.Operation.Stages.Select(stage => stage.Pace == Pace.Alone ? null : new Gathering())];
        paidOnce = new long[gatherings.Length];
    }

    /// <summary>Processors, and the work that waits for one.</summary>
    private sealed class Station(int processors)
    {
        public int Idle { get; set; } = processors;

        public Queue<(double Work, Action Then)> Waiting { get; } = [];
    }

    /// <summary>Those that wait for the next round, while one is under way.</summary>
    private sealed class Gathering
    {
        public bool IsUnderWay { get; set; }

        public List<Action> Waiting { get; set; } = [];
    }

    /// <summary>As the benchmarks run: client, program and stores share two processors; each connection asks again as soon as it is answered.</summary>
    public static Simulated OnOneMachine(Fitted fitted, int connections, int processors = 2)
    {
        var machine = new Station(processors);
        return new Simulation(fitted, _ => machine).Run(connections);
    }

    /// <summary>Each part on processors of its own.</summary>
    /// <param name="processors">By part; what is not named has as many as it likes.</param>
    public static Simulated OnManyMachines(Fitted fitted, int connections, IReadOnlyDictionary<string, int> processors)
    {
        var stations = fitted.Operation.Stages.Select(stage => stage.Part).Distinct()
            .ToDictionary(part => part, part => new Station(processors.GetValueOrDefault(part, 10_000)));
        return new Simulation(fitted, part => stations[part]).Run(connections);
    }

    private Simulated Run(int connections)
    {
        int warmUp = 20 * connections + 500, enough = warmUp + 4_000 + (40 * connections);
        for (int i = 0; i < connections; i++)
        {
            Begin();
        }

        double began = 0;
        int before = 0;
        long[] paidBefore = new long[paidOnce.Length];
        while (times.Count < enough && events.TryDequeue(out Action? next, out (double At, long) at))
        {
            now = at.At;
            next();
            if (times.Count >= warmUp && before == 0) // a round ends many at once
            {
                (began, before) = (now, times.Count);
                paidOnce.CopyTo(paidBefore, 0);
            }
        }

        double[] counted = [.. times.Skip(before).Order()];
        return new Simulated(
            counted.Length / (now - began) * 1e6,
            counted[counted.Length / 2] / 1_000,
            [.. paidOnce.Zip(paidBefore, (after, before) => (double)(after - before) / counted.Length)]);
    }

    private void Begin()
    {
        double at = now;
        GoOn(0, () =>
        {
            times.Add(now - at);
            Begin();
        });
    }

    /// <summary>From a stage on; what nobody waits for is begun, and passed by.</summary>
    private void GoOn(int index, Action done)
    {
        if (index == fitted.Operation.Stages.Count)
        {
            done();
            return;
        }

        Stage stage = fitted.Operation.Stages[index];
        Demand demand = fitted.Demands[index];
        switch (stage.Pace)
        {
            case Pace.Alone:
                Station station = stationOf(stage.Part);
                bool isWoken = station.Idle > 0;
                paidOnce[index] += isWoken ? 1 : 0;
                Work(station, demand.Each + (isWoken ? demand.Once : 0), () => Flush(stage.Flushes, () => GoOn(index + 1, done)));
                break;
            case Pace.Together:
                Gather(index, () => GoOn(index + 1, done));
                break;
            case Pace.Afterwards:
                Gather(index, () => { });
                GoOn(index + 1, done);
                break;
            default:
                throw new InvalidOperationException($"Unknown pace {stage.Pace}.");
        }
    }

    private void Gather(int index, Action then)
    {
        Gathering gathering = gatherings[index]!;
        gathering.Waiting.Add(then);
        if (!gathering.IsUnderWay)
        {
            gathering.IsUnderWay = true;
            Round(index, gathering);
        }
    }

    private void Round(int index, Gathering gathering)
    {
        List<Action> taken = gathering.Waiting;
        gathering.Waiting = [];
        paidOnce[index]++;
        Demand demand = fitted.Demands[index];
        Stage stage = fitted.Operation.Stages[index];
        Work(stationOf(stage.Part), demand.Once + (taken.Count * demand.Each), () => Flush(stage.Flushes, () =>
        {
            taken.ForEach(then => then());
            if (gathering.Waiting.Count > 0)
            {
                Round(index, gathering);
            }
            else
            {
                gathering.IsUnderWay = false;
            }
        }));
    }

    private void Work(Station station, double mean, Action then)
    {
        double work = -Math.Log(1 - random.NextDouble()) * mean;
        if (station.Idle == 0)
        {
            station.Waiting.Enqueue((work, then));
            return;
        }

        station.Idle--;
        Serve(station, work, then);
    }

    private void Serve(Station station, double work, Action then)
    {
        At(now + work, () =>
        {
            if (station.Waiting.TryDequeue(out (double Work, Action Then) next))
            {
                Serve(station, next.Work, next.Then);
            }
            else
            {
                station.Idle++;
            }

            then();
        });
    }

    private void Flush(int times, Action then)
    {
        if (times == 0)
        {
            then();
        }
        else
        {
            At(now + (times * fitted.FlushMicroseconds), then);
        }
    }

    private void At(double time, Action action) => events.Enqueue(action, (time, order++));
}
