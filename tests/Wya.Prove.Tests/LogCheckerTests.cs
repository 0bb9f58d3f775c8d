using Shouldly;
using Wya.EventStore;
using Wya.Prove.Checking;
using Xunit;

namespace Wya.Prove.Tests;

/// <summary>The checker is worth what it catches: each fault is planted in a log that was right before.</summary>
public sealed class LogCheckerTests
{
    private const int Sender = 3;
    private static readonly Guid First = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Second = Guid.Parse("22222222-2222-2222-2222-222222222222");

    // Five commands of one sender: two to each stream in turn, the last with two events.
    private readonly List<HistoryEntry> history = [Acknowledged(1, First, 1, 1), Acknowledged(2, Second, 1, 2), Acknowledged(3, First, 2, 3), Acknowledged(4, Second, 2, 4), Acknowledged(5, First, 4, 6, count: 2)];
    private readonly List<LogEntry> log;

    public LogCheckerTests() => log =
        [.. history.SelectMany(entry => entry.Events().Select((recorded, nth) => new LogEntry(
            entry.Position - entry.Count + 1 + nth, recorded.Id, entry.StreamId, entry.Version - entry.Count + 1 + nth, recorded.Mark, 1)))];

    private LogFindings Findings => LogChecker.Check(log, history);

    [Fact]
    public void A_whole_log_holds()
    {
        Findings.Holds.ShouldBeTrue();
        Findings.Acknowledged.ShouldBe(6);
    }

    [Fact]
    public void A_lost_event_whose_position_went_to_another_is_found_by_id_and_not_by_position()
    {
        log[2] = log[2] with { Id = Guid.NewGuid(), Mark = Mark.Of(Sender + 1, 1, 0) };

        Findings.Lost.ShouldBe(1);
        Findings.Foreign.ShouldBe(1);
        Findings.HoldsByPosition.ShouldBeTrue();
    }

    [Fact]
    public void An_event_whose_content_was_replaced_is_lost()
    {
        log[2] = log[2] with { Mark = Mark.Of(Sender + 1, 1, 0) };

        Findings.Lost.ShouldBe(1);
    }

    [Fact]
    public void A_log_cut_short_has_lost_its_end()
    {
        log.RemoveAt(5);

        Findings.Lost.ShouldBe(1);
        Findings.Torn.ShouldBe(1);
        Findings.HoldsByPosition.ShouldBeTrue();
    }

    [Fact]
    public void The_same_event_twice_is_found()
    {
        log.Add(log[1] with { Position = 7, Version = 3 });

        Findings.Doubled.ShouldBe(1);
        Findings.HoldsByPosition.ShouldBeTrue();
    }

    [Fact]
    public void The_same_work_recorded_under_a_second_id_is_found()
    {
        log.Add(log[1] with { Position = 7, Version = 3, Id = Guid.NewGuid() });

        Findings.Doubled.ShouldBe(1);
    }

    [Fact]
    public void Two_events_that_changed_places_are_found()
    {
        (log[0], log[2]) = (log[2] with { Position = 1, Version = 1 }, log[0] with { Position = 3, Version = 2 });

        Findings.OutOfOrder.ShouldBeGreaterThan(0);
        Findings.HoldsByPosition.ShouldBeTrue();
    }

    [Fact]
    public void Two_events_that_changed_places_are_found_even_when_no_answer_named_a_place()
    {
        (log[0], log[2]) = (log[2] with { Position = 1, Version = 1 }, log[0] with { Position = 3, Version = 2 });
        history.ConvertAll(entry => entry with { Position = 0, Version = 0 }).ShouldSatisfyAllConditions(
            unplaced => LogChecker.Check(log, unplaced).OutOfOrder.ShouldBeGreaterThan(0));
    }

    [Fact]
    public void A_refused_command_in_the_log_is_found()
    {
        history[3] = history[3] with { Ending = Ending.NotRecorded };

        Findings.RefusedButRecorded.ShouldBe(1);
    }

    [Fact]
    public void A_command_recorded_in_part_is_found_even_if_nobody_was_told()
    {
        history[4] = history[4] with { Ending = Ending.Unknown };
        log.RemoveAt(5);

        Findings.Torn.ShouldBe(1);
        Findings.Lost.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_nobody_was_told_may_be_in_the_log_or_not(bool recorded)
    {
        history[4] = history[4] with { Ending = Ending.Sent };
        if (!recorded)
        {
            log.RemoveRange(4, 2);
        }

        Findings.Holds.ShouldBeTrue();
        Findings.Unknown.ShouldBe(2);
        Findings.UnknownButRecorded.ShouldBe(recorded ? 2 : 0);
    }

    [Fact]
    public void A_hole_in_the_positions_is_found()
    {
        log[5] = log[5] with { Position = 7 };

        Findings.PositionGaps.ShouldBe(1);
    }

    [Fact]
    public void A_hole_in_the_versions_is_found()
    {
        log[3] = log[3] with { Version = 3 };

        Findings.VersionGaps.ShouldBe(1);
    }

    [Fact]
    public void A_reader_that_saw_all_in_order_holds() => Read([0, 1, 2, 3, 4, 5]).Holds.ShouldBeTrue();

    [Fact]
    public void A_reader_that_missed_one_is_found() => Read([0, 1, 3, 4, 5]).Missed.ShouldBe(1);

    [Fact]
    public void A_reader_that_saw_one_twice_is_found() => Read([0, 1, 1, 2, 3, 4, 5]).Doubled.ShouldBe(1);

    [Fact]
    public void A_reader_that_saw_two_the_wrong_way_round_is_found() => Read([0, 2, 1, 3, 4, 5]).OutOfOrder.ShouldBe(1);

    [Fact]
    public void A_reader_that_saw_what_is_not_in_the_log_is_found() =>
        LogChecker.CheckReader([First], [First, Second]).OutOfOrder.ShouldBe(1);

    private ReaderFindings Read(int[] places) =>
        LogChecker.CheckReader([.. log.Select(entry => entry.Id)], [.. places.Select(place => log[place].Id)]);

    private static HistoryEntry Acknowledged(int command, Guid stream, long version, long position, short count = 1) =>
        new(EventIds.ForCommand("sender", "test", $"{command}"), stream, version, position, Sender, command, 0, count, Ending.Acknowledged);
}
