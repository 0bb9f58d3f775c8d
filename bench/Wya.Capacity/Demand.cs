namespace Wya.Capacity;

/// <summary>What a stage takes of a processor, in microseconds.</summary>
/// <param name="Each">Every one.</param>
/// <param name="Once">Beside that, once for those that go together; for who goes alone, when a processor has to be woken.</param>
internal readonly record struct Demand(double Each, double Once);

/// <summary>
/// An operation with figures, found from two measurements only: with one connection, where nothing is shared, and with the
/// most, where as much is as can be. What is predicted for any number between, and what rates and times come of it, is not put in.
/// </summary>
internal sealed record Fitted(Operation Operation, IReadOnlyList<Demand> Demands, double FlushMicroseconds)
{
    private const int Rounds = 6;

    public static Fitted Of(Operation operation, IReadOnlyList<Measurement> measured, double flushMicroseconds)
    {
        Measurement alone = measured.MinBy(one => one.Connections)!, crowd = measured.MaxBy(one => one.Connections)!;
        var demands = operation.Stages.Select(stage => Start(stage, alone, crowd)).ToList();
        var fitted = new Fitted(operation, demands, flushMicroseconds);
        for (int round = 0; round < Rounds; round++)
        {
            // How often the cost that can be shared was paid, for each that was done, at either end.
            double[] few = Shared(fitted, alone.Connections), many = Shared(fitted, crowd.Connections);
            for (int i = 0; i < demands.Count; i++)
            {
                Stage stage = operation.Stages[i];
                double most = alone.Cost(stage.Part) * stage.Share, least = crowd.Cost(stage.Part) * stage.Share;
                double once = most > least && few[i] - many[i] > 0.05 ? (most - least) / (few[i] - many[i]) : 0;
                once = Math.Min(once, least / Math.Max(many[i], 0.001) * 0.9);
                demands[i] = new Demand(Math.Max(0, least - (once * many[i])), once);
            }
        }

        return fitted;
    }

    private static double[] Shared(Fitted fitted, int connections) => Simulation.OnOneMachine(fitted, connections).PaidOnce;

    private static Demand Start(Stage stage, Measurement alone, Measurement crowd)
    {
        double most = alone.Cost(stage.Part) * stage.Share, least = crowd.Cost(stage.Part) * stage.Share;
        return new Demand(least, Math.Max(0, most - least));
    }
}
