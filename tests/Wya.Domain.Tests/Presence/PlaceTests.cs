using Shouldly;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Xunit;

namespace Wya.Domain.Tests.Presence;

/// <summary>From a position to a cell, and what becomes of the cell.</summary>
public sealed class PlaceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(57.64911, 10.40744, "u4pruyd")] // the example that every description of geohash gives
    [InlineData(52.52, 13.405, "u33dc0c")]
    [InlineData(-33.8688, 151.2093, "r3gx2f7")]
    [InlineData(90, 180, "zzzzzzz")]
    [InlineData(-90, -180, "0000000")]
    [Trait("seed", "2.S1")]
    public void A_position_becomes_a_geohash_of_the_tiers_level(double latitude, double longitude, string hash)
    {
        ReportedPlace place = ReportedPlace.Of(latitude, longitude)!;

        foreach (LocationTier tier in Enum.GetValues<LocationTier>())
        {
            Cell cell = place.At(tier);
            cell.Hash.ShouldBe(hash[..(4 + (int)tier)]);
            Cell.Parse(cell.Hash).ShouldBe(cell);
            cell.Within(LocationTier.City).Hash.ShouldBe(hash[..4]);
        }
    }

    [Theory]
    [InlineData(90.1, 0)]
    [InlineData(0, -180.1)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.PositiveInfinity)]
    public void What_is_no_place_on_earth_is_none(double latitude, double longitude) =>
        ReportedPlace.Of(latitude, longitude).ShouldBeNull();

    [Fact]
    public void A_device_may_tell_a_cell_and_keep_the_rest()
    {
        ReportedPlace.Of("u33d")!.At(LocationTier.Immediate).Hash.ShouldBe("u33d");
        ReportedPlace.Of("u33dc0c")!.At(LocationTier.Local).Hash.ShouldBe("u33dc");
        ReportedPlace.Of("u33").ShouldBeNull();
        ReportedPlace.Of("u33a").ShouldBeNull(); // geohash has no a
        ReportedPlace.Of("u33dc0cc").ShouldBeNull();
    }

    [Fact]
    public void Cells_touch_over_borders_and_over_the_antimeridian()
    {
        Cell east = ReportedPlace.Of(0.001, 179.9999)!.At(LocationTier.Immediate);
        Cell west = ReportedPlace.Of(0.001, -179.9999)!.At(LocationTier.Immediate);
        Cell far = ReportedPlace.Of(0.001, -179.99)!.At(LocationTier.Immediate);

        east.Touches(west).ShouldBeTrue();
        east.Touches(far).ShouldBeFalse();
        east.KilometresApart(west).ShouldBe(0);
        Cell berlin = ReportedPlace.Of(52.52, 13.405)!.At(LocationTier.Immediate), sydney = ReportedPlace.Of(-33.87, 151.21)!.At(LocationTier.Immediate);
        berlin.KilometresApart(sydney).ShouldBeInRange(5_000, 20_000); // rough, and never too long
    }

    [Fact]
    public void Confidence_is_of_the_source_and_fades_with_age_device_and_doubt()
    {
        Confidence.Of(PositionSource.Gps).ShouldBe(0.9);
        Confidence.Of(PositionSource.Wifi).ShouldBe(0.7);
        Confidence.Of(PositionSource.Manual).ShouldBe(0.6);
        Confidence.Of(PositionSource.Ip).ShouldBe(0.4);
        Confidence.Aged(0.8, Confidence.HalvedAfter).ShouldBe(0.4, 1e-9);
        Confidence.UnverifiedDevice.ShouldBe(0.8);
        Cell here = At(52.52, 13.405), there = At(48.85, 2.35); // some 880 km
        Confidence.OfJump(here, here, TimeSpan.Zero).ShouldBe(1);
        Confidence.OfJump(here, there, TimeSpan.FromHours(2)).ShouldBe(1);
        Confidence.OfJump(here, there, TimeSpan.FromMinutes(30)).ShouldBeInRange(0.5, 0.7);
        Confidence.OfJump(here, there, TimeSpan.FromMinutes(1)).ShouldBe(0.5);

        new KnownPlace(here, 0.9, Noon, Noon).TierAt(Noon).ShouldBe(LocationTier.Immediate);
        new KnownPlace(here, 0.9 * Confidence.UnverifiedDevice, Noon, Noon).TierAt(Noon).ShouldBe(LocationTier.Nearby);
        new KnownPlace(here, 0.9, Noon, Noon).TierAt(Noon.AddMinutes(15)).ShouldBe(LocationTier.Nearby);
        new KnownPlace(here, 0.4, Noon, Noon).TierAt(Noon).ShouldBe(LocationTier.City);
        new KnownPlace(here, 0.9, Noon, Noon).TierAt(Noon.AddHours(2)).ShouldBeNull();
    }

    [Fact]
    public void An_impossible_jump_makes_a_place_coarser_for_a_while_and_bars_nobody()
    {
        KnownPlace place = Settle(null, 52.52, 13.405, Noon)!;
        place = Settle(place, 48.85, 2.35, Noon.AddMinutes(6))!;
        place.Cell.ShouldBe(At(52.52, 13.405), "a change waits for two slots");
        place = Settle(place, 48.85, 2.35, Noon.AddMinutes(10))!; // 880 km in ten minutes

        place.Cell.ShouldBe(At(48.85, 2.35));
        place.TierAt(Noon.AddMinutes(10)).ShouldBe(LocationTier.Local);
        place = Settle(place, 48.85, 2.35, Noon.AddMinutes(11))!;
        place.TierAt(Noon.AddMinutes(11)).ShouldBe(LocationTier.Local, "the next position does not wash it off");
        place = Settle(place, 48.85, 2.35, Noon.AddMinutes(10) + KnownPlace.DoubtLasts)!;
        place.TierAt(Noon.AddMinutes(10) + KnownPlace.DoubtLasts).ShouldBe(LocationTier.Immediate);
    }

    [Fact]
    public void A_jitter_at_a_border_flips_nothing()
    {
        (double border, double cell) = BorderOf(52.52);
        var random = new Random(7);
        int flips = 0;
        KnownPlace place = Settle(null, border - (0.1 * cell), 13.405, Noon)!;
        for (int i = 1; i < 24 * 60 * 2; i++) // a day of heartbeats, half a minute apart
        {
            KnownPlace next = Settle(place, border + ((random.NextDouble() - 0.5) * 0.4 * cell), 13.405, Noon.AddSeconds(30 * i))!;
            flips += next.Cell == place.Cell ? 0 : 1;
            place = next;
        }

        flips.ShouldBeLessThan(4); // ten positions in a row on one side hardly come by chance; plain snapping flips some 1,440 times
    }

    [Fact]
    public void A_change_can_have_come_from_every_point_of_the_new_cell()
    {
        (double border, double cell) = BorderOf(52.52);
        KnownPlace old = Settle(null, border - (0.5 * cell), 13.405, Noon)!;
        DateTimeOffset change = Noon + (2 * KnownPlace.SlotOf(LocationTier.Immediate));

        for (double depth = 0.01; depth < 1; depth += 0.01)
        {
            // Who has been there since soon after the last change is moved at the earliest moment at which anybody is.
            KnownPlace place = Settle(old, border + (depth * cell), 13.405, Noon.AddSeconds(1))!;
            place.Cell.ShouldBe(old.Cell);
            Settle(place, border + (depth * cell), 13.405, change.AddMilliseconds(-1))!.Cell.ShouldBe(old.Cell);
            Settle(place, border + (depth * cell), 13.405, change)!.Cell.ShouldBe(At(border + (depth * cell), 13.405));
        }
    }

    [Fact]
    public void Moves_are_counted_and_limited_and_a_weaker_source_moves_nobody()
    {
        KnownPlace place = Settle(null, 52.52, 13.405, Noon)!;
        place = Settle(place, 52.60, 13.405, Noon.AddMinutes(1))!;
        DateTimeOffset later = Noon.AddMinutes(10);

        KnownPlace.Settled spent = KnownPlace.Settle(place, ReportedPlace.Of(52.60, 13.405)!, PositionSource.Gps, true, LocationTier.Immediate, movesLeft: 0, later);
        KnownPlace.Settled moved = KnownPlace.Settle(place, ReportedPlace.Of(52.60, 13.405)!, PositionSource.Gps, true, LocationTier.Immediate, movesLeft: 1, later);
        KnownPlace.Settled weaker = KnownPlace.Settle(place, ReportedPlace.Of(52.60, 13.405)!, PositionSource.Ip, true, LocationTier.Immediate, movesLeft: 1, later);

        (spent.Place!.Cell, spent.IsMove).ShouldBe((place.Cell, false));
        (moved.Place!.Cell, moved.IsMove).ShouldBe((At(52.60, 13.405), true));
        weaker.Place.ShouldBe(place);
        KnownPlace.Settle(null, ReportedPlace.Of(52.52, 13.405)!, PositionSource.Gps, true, LocationTier.Immediate, movesLeft: 0, Noon).Place.ShouldBeNull();
    }

    [Fact]
    public void Who_shares_less_is_coarser_at_once_and_who_shares_more_finer_after_a_while()
    {
        KnownPlace precise = Settle(null, 52.52, 13.405, Noon)!;
        KnownPlace general = Settle(precise, 52.52, 13.405, Noon.AddMinutes(6), LocationTier.Local)!;
        KnownPlace still = Settle(general, 52.52, 13.405, Noon.AddMinutes(7))!;

        general.Cell.Hash.ShouldBe("u33dc");
        still.Cell.Hash.ShouldBe("u33dc");
        Settle(still, 52.52, 13.405, Noon.AddMinutes(15))!.Cell.Hash.ShouldBe("u33dc0c");
    }

    private static Cell At(double latitude, double longitude) => ReportedPlace.Of(latitude, longitude)!.At(LocationTier.Immediate);

    private static KnownPlace? Settle(KnownPlace? place, double latitude, double longitude, DateTimeOffset now, LocationTier finest = LocationTier.Immediate) =>
        KnownPlace.Settle(place, ReportedPlace.Of(latitude, longitude)!, PositionSource.Gps, true, finest, movesLeft: 6, now).Place;

    /// <summary>The border north of this place, and how high a finest cell is.</summary>
    private static (double Border, double Height) BorderOf(double latitude)
    {
        double height = 180.0 / Cell.Rows(LocationTier.Immediate);
        return ((Math.Floor((latitude + 90) / height) * height) - 90 + height, height);
    }
}
