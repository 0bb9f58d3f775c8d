using System.Globalization;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Domain.Tests.Identity;

public sealed class AgePolicyTests
{
    [Theory]
    [InlineData(13, AgeLayer.Minor)]
    [InlineData(17, AgeLayer.Minor)]
    [InlineData(18, AgeLayer.Transitional)]
    [InlineData(21, AgeLayer.Transitional)]
    [InlineData(22, AgeLayer.Adult)]
    [InlineData(130, AgeLayer.Adult)]
    public void Each_age_has_its_layer(int age, AgeLayer layer) =>
        AgePolicy.Place(new DateOnly(2026 - age, 6, 14), Noon("2026-06-15")).ShouldBe(new AgePolicy.Placement.InLayer(layer));

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Under_13_there_is_no_layer(int age) =>
        AgePolicy.Place(new DateOnly(2026 - age, 6, 14), Noon("2026-06-15")).ShouldBe(new AgePolicy.Placement.UnderAge());

    [Theory]
    [InlineData("2026-06-15")] // not yet, in the last zone
    [InlineData("2027-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("1895-06-14")]
    [InlineData("0001-01-01")]
    public void Some_birth_dates_are_implausible(string birthDate) =>
        AgePolicy.Place(Date(birthDate), Time("2026-06-15T11:59:59Z")).ShouldBe(new AgePolicy.Placement.Implausible());

    [Theory]
    [InlineData("2026-06-14T10:00:00Z", 12)] // the birthday has begun on Kiritimati, where days begin first
    [InlineData("2026-06-15T00:00:00Z", 12)] // in London
    [InlineData("2026-06-15T11:59:59.999Z", 12)] // on Baker Island it is still the day before
    [InlineData("2026-06-15T12:00:00Z", 13)] // now it has begun everywhere
    [InlineData("2026-06-15T05:00:00-07:00", 13)] // the same moment, written otherwise
    [InlineData("2026-06-16T02:00:00+14:00", 13)]
    public void A_birthday_counts_once_its_day_has_begun_everywhere(string now, int age) =>
        AgePolicy.AgeOn(new DateOnly(2013, 6, 15), Time(now)).ShouldBe(age);

    [Theory]
    [InlineData("2027-02-28T12:00:00Z", 14)]
    [InlineData("2027-03-01T11:59:59Z", 14)]
    [InlineData("2027-03-01T12:00:00Z", 15)]
    [InlineData("2028-02-29T11:59:59Z", 15)]
    [InlineData("2028-02-29T12:00:00Z", 16)]
    public void Who_is_born_on_29_February_waits_for_1_March_in_common_years(string now, int age) =>
        AgePolicy.AgeOn(new DateOnly(2012, 2, 29), Time(now)).ShouldBe(age);

    [Theory]
    [InlineData("2025-12-31T12:00:00Z", 12)]
    [InlineData("2026-01-01T11:59:59Z", 12)]
    [InlineData("2026-01-01T12:00:00Z", 13)]
    public void A_year_begins_late_too(string now, int age) => AgePolicy.AgeOn(new DateOnly(2013, 1, 1), Time(now)).ShouldBe(age);

    [Fact]
    public void Nobody_ever_grows_younger()
    {
        var birthDate = new DateOnly(2004, 2, 29);
        int[] ages = [.. Enumerable.Range(0, 24 * 365 * 2).Select(hour => AgePolicy.AgeOn(birthDate, Time("2027-01-01T00:00:00Z").AddHours(hour)))];
        ages.ShouldBe(ages.Order());
        ages.Distinct().ShouldBe([22, 23, 24]);
    }

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static DateTimeOffset Noon(string day) => Time(day + "T12:00:00Z");
}
