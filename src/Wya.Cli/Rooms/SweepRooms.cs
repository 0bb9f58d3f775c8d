using System.CommandLine;
using Wya.EventStore.Postgres;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;

namespace Wya.Cli;

/// <summary>
/// Gives up publications that were broken off long ago, and removes what they left in the store of objects: what the API's
/// worker does each hour, now. It can run beside it, and be run again.
/// </summary>
internal static class SweepRooms
{
    private const int OlderThanHours = 48;

    public static Verb Verb(Surroundings here)
    {
        Option<int> age = new("--older-than")
        {
            Description = "In hours; what is younger may still be under way.",
            DefaultValueFactory = _ => OlderThanHours,
        };
        age.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
            {
                given.AddError("--older-than is a whole number of hours, 1 or more.");
            }
        });
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "sweep",
            "Gives up publications that were broken off, and removes the objects that they left. What is published is never touched. Ends with 1 when nothing was left behind.",
            "wya rooms sweep",
            "wya rooms sweep --older-than 24 --json")
        {
            age,
            reason,
            actor,
        };
        verb.SetAction((parsed, ct) => Run(here, TimeSpan.FromHours(parsed.GetValue(age)), parsed.By(actor, reason), new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, TimeSpan age, Operator by, Answer answer, CancellationToken ct)
    {
        IObjects objects = Settings.Objects(here);
        await using OpenDomains domains = await OpenDomain.Open(here, RoomsDomain.Definition.Name, ct).ConfigureAwait(false);
        OpenDomain rooms = domains[0];
        await using var store = new PostgresEventStore(rooms.Log, here.Clock, RoomsDomain.Definition.ReadModels.Where(model => model.Inline));
        try
        {
            Swept swept = await new RoomSweep(rooms.Log, store, objects, here.Clock).Run(age, ct).ConfigureAwait(false);
            if (swept.IsNone)
            {
                throw new VerbRefusedException($"Nothing to sweep: no publication was broken off more than {Visible.Count((long)age.TotalHours, "hour")} ago.");
            }

            await EventStore.Postgres.Operations.Of(rooms.Log).Record("sweep", "rooms", by, swept, ct).ConfigureAwait(false);
            answer.Give(
                swept,
                $"Done: {Visible.Count(swept.Reservations, "publication", "publications")} given up, {Visible.Count(swept.Objects, "object", "objects")} removed with them, "
                + $"{Visible.Count(swept.Returned)} that had come back; {Visible.Count(swept.Announced)} had been announced after all.");
            return ExitCodes.Done;
        }
        catch (ObjectsAwayException away)
        {
            throw new VerbRefusedException($"{away.Message} Whatever was swept stays so; run it again when it is back.", cause: away);
        }
        finally
        {
            (objects as IDisposable)?.Dispose();
        }
    }
}
