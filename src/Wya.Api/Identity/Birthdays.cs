using System.Security.Cryptography;
using System.Text.Json;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>
/// Moves everybody who has come of an age into its layer. No index says who is due, because a day on which somebody is
/// due is a birthday, and birth dates exist only sealed. So a pass opens the birth date of everybody who is not an adult,
/// a page at a time, and nothing of it outlives its page. It asks who is due now, not who became so since the last pass:
/// whatever was down for however long, the next pass finds all.
/// </summary>
internal static class Birthdays
{
    /// <summary>As many keys come in one round trip.</summary>
    public const int PagePeople = 1_000;

    private const string BirthDateField = "birth_date";

    public static async Task<DueOutcome> Pass(LogDatabase identity, IEventStore store, DateTimeOffset now, CancellationToken ct)
    {
        var pass = new DuePass(store);
        var last = default(UserId);
        IReadOnlyList<SealedBirthDate> page;
        do
        {
            page = await PersonalDetailsTable.BirthDatesBelowAdult(identity, last, PagePeople, ct).ConfigureAwait(false);
            await pass.Send(
                await Due(identity.Seals, page, now, pass, ct).ConfigureAwait(false),
                due => due.User.Value,
                due => EventIds.ForCommand("system", "age layer", $"{due.User} {due.Layer}"),
                (due, user) => AdvanceAgeLayer.Decide(user, new AdvanceAgeLayer(due.Layer), now),
                ct).ConfigureAwait(false);
            last = page.Count > 0 ? page[^1].User : last;
        }
        while (page.Count == PagePeople);
        return pass.Outcome;
    }

    private static async Task<List<(UserId User, AgeLayer Layer)>> Due(
        EventSeals seals, IReadOnlyList<SealedBirthDate> page, DateTimeOffset now, DuePass pass, CancellationToken ct)
    {
        List<SealedBirthDate> people = new(page.Count);
        List<(SealedToken, Guid)> tokens = new(page.Count);
        foreach (SealedBirthDate person in page)
        {
            // Another sealed value of the same person would open in this place, but it is not their birth date.
            if (SealedToken.TryParse(person.Token, out SealedToken? token) && token.Field == BirthDateField && token.Subject == person.User.Value)
            {
                people.Add(person);
                tokens.Add((token, person.User.Value));
            }
            else
            {
                pass.Fail(nameof(TamperedValueException));
            }
        }

        List<(UserId, AgeLayer)> due = [];
        OpenedToken[] opened = await seals.OpenAll(tokens, ct).ConfigureAwait(false);
        for (int i = 0; i < opened.Length; i++)
        {
            try
            {
                if (opened[i].Failure is { } failure)
                {
                    pass.Fail(failure.GetType().Name);
                }
                else if (opened[i].Json is { } birthDate && LayerOf(birthDate, now) is { } layer && layer > people[i].Layer)
                {
                    due.Add((people[i].User, layer));
                }
            }
            catch (JsonException notADate)
            {
                pass.Fail(notADate.GetType().Name);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(opened[i].Json);
            }
        }

        return due;
    }

    private static AgeLayer? LayerOf(byte[] birthDate, DateTimeOffset now) =>
        (AgePolicy.Place(JsonSerializer.Deserialize<DateOnly>(birthDate, EventJson.Options), now) as AgePolicy.Placement.InLayer)?.Layer;
}
