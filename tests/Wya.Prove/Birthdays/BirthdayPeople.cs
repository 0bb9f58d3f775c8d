using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Prove.Birthdays;

/// <summary>One person of the proof.</summary>
/// <param name="BirthDate">Null when it was never told.</param>
/// <param name="Had">The layer that their registration placed them in, once upon a time.</param>
/// <param name="CannotMove">Erased, or their key is destroyed: whatever the birth date was, nobody can read it.</param>
internal sealed record Resident(Guid Id, DateOnly? BirthDate, AgeLayer Had, bool CannotMove = false)
{
    /// <summary>The layer to move to; null when the person stays where they are.</summary>
    public AgeLayer? DueAt(DateTimeOffset time) =>
        !CannotMove && BirthDate is { } date && AgePolicy.Place(date, time) is AgePolicy.Placement.InLayer(var layer) && layer > Had ? layer : null;
}

/// <summary>
/// People who are due and people who are not, mixed: the system finds each only by opening what is sealed. They are
/// written to the log as they were once registered, in the layer that they had then.
/// </summary>
internal static class BirthdayPeople
{
    private const int AtATime = 64;

    private const int MonthsInAYear = 12;

    public static IReadOnlyList<Resident> Plan(int due, int others, DateTimeOffset now, Random random)
    {
        DateOnly today = AgePolicy.DayEverywhere(now);
        List<Resident> people = [];
        for (int i = 0; i < due; i++)
        {
            people.Add((i % 8) switch
            {
                0 or 1 or 2 => At(today.AddYears(-18), AgeLayer.Minor),
                3 or 4 => At(today.AddYears(-22), AgeLayer.Transitional),
                5 => At(today.AddYears(-18).AddMonths(-random.Next(1, 4 * MonthsInAYear)), AgeLayer.Minor), // nobody looked for long
                6 => At(today.AddYears(-22).AddDays(-random.Next(0, 900)), AgeLayer.Minor), // two layers at once
                _ => At(LeapDay(today.Year - 18), AgeLayer.Minor),
            });
        }

        for (int i = 0; i < others; i++)
        {
            people.Add((i % 10) switch
            {
                0 => At(today.AddDays(1).AddYears(-18), AgeLayer.Minor),
                1 => At(today.AddDays(1).AddYears(-22), AgeLayer.Transitional),
                2 => At(today.AddYears(-13).AddDays(-random.Next(0, 1_500)), AgeLayer.Minor),
                3 => At(today.AddYears(-18).AddDays(-random.Next(0, 1_300)), AgeLayer.Transitional),
                4 => At(today.AddYears(-22).AddDays(-random.Next(0, 20_000)), AgeLayer.Adult),
                5 => At(LastLeapDayNotYet(today, 18), AgeLayer.Minor),
                6 => new Resident(Guid.CreateVersion7(), null, AgeLayer.Minor),
                7 => At(today.AddYears(-18), AgeLayer.Minor) with { CannotMove = true },
                _ => At(today.AddYears(-30), AgeLayer.Adult),
            });
        }

        Resident[] mixed = [.. people];
        random.Shuffle(mixed);
        return mixed;
    }

    public static async Task Register(PostgresEventStore store, SubjectKeys keys, IReadOnlyList<Resident> people, CancellationToken ct)
    {
        await Parallel.ForAsync(0, people.Count, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (i, stop) =>
        {
            Resident one = people[i];
            string handle = FormattableString.Invariant($"resident.{i}");
            List<object> events =
            [
                new UserCreated(
                    new Sensitive<string>(one.Id, handle),
                    new Sensitive<IReadOnlyList<string>>(one.Id, Handle.SkeletonsOf(handle)),
                    one.Had,
                    one.BirthDate is { } date ? new Sensitive<DateOnly>(one.Id, date) : null),
            ];
            if (one.CannotMove && i % 2 == 0)
            {
                events.Add(new UserErased());
            }

            await store.Append(
                new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(one.Id, User.Stream.Name, ExpectedVersion.None, events)), stop);
        });
        await keys.Destroy([.. people.Where(one => one.CannotMove).Select(one => one.Id)], ct);
    }

    private static Resident At(DateOnly birthDate, AgeLayer had) => new(Guid.CreateVersion7(), birthDate, had);

    /// <summary>The last 29 February up to a year.</summary>
    private static DateOnly LeapDay(int year) => DateTime.IsLeapYear(year) ? new DateOnly(year, 2, 29) : LeapDay(year - 1);

    /// <summary>The 29 February of the oldest who are not yet of an age.</summary>
    private static DateOnly LastLeapDayNotYet(DateOnly today, int age)
    {
        DateOnly date = new(today.Year - age, 3, 1);
        while (!(date is { Month: 2, Day: 29 } && date.AddYears(age) > today))
        {
            date = date.AddDays(1);
        }

        return date;
    }
}
