using Shouldly;
using Wya.Capacity;
using Xunit;

namespace Wya.Architecture.Tests;

/// <summary>The model of docs/explanation/capacity.md: it reproduces what was measured, and the page says what it says.</summary>
public sealed class CapacityTests
{
    private static readonly string Results = File.ReadAllText(CapacityPage.Results(Checkout.Root));
    private static readonly Measured Model = new(Results);

    [Fact]
    public void The_page_holds_the_tables_of_the_newest_results()
    {
        string page = Checkout.Text(CapacityPage.Page);

        page.ShouldBe(CapacityPage.Reckon(page, Model), "./dev capacity --write reckons it anew");
    }

    [Fact]
    public void The_simulation_reproduces_the_measured_points()
    {
        var points = Tables.Compare(Model).ToList();

        points.Count.ShouldBe(3 * Operation.All.Count);
        points.ShouldAllBe(point => point.Ratio > 0.5 && point.Ratio < 1.6);
        Math.Exp(points.Average(point => Math.Log(point.Ratio))).ShouldBeInRange(0.85, 1.2); // no leaning to one side
    }

    [Fact]
    public void A_planted_cost_that_is_three_times_as_high_is_seen()
    {
        Fitted fitted = Model[Operation.Message];
        Fitted planted = fitted with { Demands = [.. fitted.Demands.Select(demand => new Demand(3 * demand.Each, 3 * demand.Once))] };

        Measurement real = Model.Points(Operation.Message)[^1];

        (Simulation.OnOneMachine(planted, real.Connections).PerSecond / real.PerSecond).ShouldBeLessThan(0.6);
    }

    [Fact]
    public void What_is_busy_all_the_time_bounds_the_rate()
    {
        // One stage of 100 µs on two processors: 20,000 a second, and no more however many ask.
        var one = new Operation("one", "", [new Stage("program", Pace.Alone)]);
        var fitted = new Fitted(one, [new Demand(100, 0)], 0);

        Simulation.OnOneMachine(fitted, 1).PerSecond.ShouldBe(10_000, tolerance: 500);
        Simulation.OnOneMachine(fitted, 64).PerSecond.ShouldBe(20_000, tolerance: 1_000);
        Simulation.OnManyMachines(fitted, 64, new Dictionary<string, int> { ["program"] = 8 }).PerSecond.ShouldBe(80_000, tolerance: 4_000);
    }

    [Fact]
    public void Those_that_wait_together_share_what_is_paid_once()
    {
        // 1,000 µs for a round, however many there are in it: alone 1,000 a second, 50 together fifty times as many.
        var one = new Operation("one", "", [new Stage("log", Pace.Together)]);
        var fitted = new Fitted(one, [new Demand(0, 1_000)], 0);

        Simulation.OnOneMachine(fitted, 1).PerSecond.ShouldBe(1_000, tolerance: 100);
        Simulation.OnOneMachine(fitted, 50).PerSecond.ShouldBe(50_000, tolerance: 10_000);
    }

    [Fact]
    public void Twice_the_people_need_twice_as_much_and_no_less_than_two_nodes()
    {
        var habits = new Habits();
        Town town = new(10e6, habits, Model), twice = new(20e6, habits, Model);

        twice.Processors("program").ShouldBe(2 * town.Processors("program"), tolerance: 1e-6);
        twice.Walls().Keys.ShouldAllBe(wall => Math.Abs(twice.Walls()[wall] - (2 * town.Walls()[wall])) < 1e-9);
        new Town(1_000, habits, Model).ApiProcesses.ShouldBe(2);
        new Town(1_000, habits, Model).MessagingPartitions.ShouldBe(1);
    }

    [Fact]
    public void A_page_without_its_places_is_refused() =>
        Should.Throw<InvalidDataException>(() => CapacityPage.Reckon("# Capacity", Model)).Message.ShouldContain("costs");
}
