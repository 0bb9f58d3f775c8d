using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;
using Wya.Prove.Servers;
using Wya.Testing.S3;

namespace Wya.Prove.RoomFaults;

/// <summary>
/// Publications on a real S3 server, each of which meets a fault between its write and its announcement: the publisher is
/// killed, an answer is lost, late or an error, somebody else writes under the number, two publish at once, or a sweep comes
/// in between. Clients send again what was not answered, or never come back. Then log and store are compared.
/// </summary>
internal static class RoomFaultProof
{
    private const int AtOnce = 8;

    private static readonly StoreFault[] Answers =
        [StoreFault.TimeoutBefore, StoreFault.TimeoutAfter, StoreFault.ErrorBefore, StoreFault.ErrorAfter, StoreFault.LostBefore, StoreFault.LostAfter];

    public static Proof Proof { get; } = new(
        "room-faults",
        [
            "No version of a room is ever without its object, whatever breaks between the two.",
            "An object is never overwritten, whoever tries; a version that was published again is the same version with the same bytes.",
            "What a broken publication leaves behind is swept and counted; a publisher that comes back after the sweep announces nothing.",
            "Of those who publish in one room at the same time, each gets a version of their own or a clear refusal.",
        ],
        Run);

    /// <summary>What became of publications, counted from many lanes.</summary>
    private sealed class Counts
    {
        public ConcurrentDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

        public ConcurrentBag<string> Foreign { get; } = [];

        public ConcurrentBag<(Guid Command, Guid Room, int Version)> Answered { get; } = [];

        public int Refused;

        public int Unclear;

        public int Abandoned;

        public void Met(string fault) => Faults.AddOrUpdate(fault, 1, (_, count) => count + 1);

        public void Take(Guid command, Guid room, Publications.Outcome outcome)
        {
            if (outcome.Published is { } published)
            {
                Answered.Add((command, room, published.Version));
            }
            else if (outcome.Refusal == RoomRefusals.PublicationExpired)
            {
                Interlocked.Increment(ref Refused);
            }
            else
            {
                Interlocked.Increment(ref Unclear);
            }
        }
    }

    private static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        var figures = new Figures();
        if (S3Server.MaySkip)
        {
            figures.Note("skipped_without_an_s3_server", 1);
            return figures;
        }

        (int faults, int kills) = run.Sized((32, 2), (500, 50), (20_000, 1_000));
        await using RoomFaultSite site = await RoomFaultSite.Open(run.Environment, ct);
        var counts = new Counts();
        run.Progress(string.Create(CultureInfo.InvariantCulture, $"{kills} kills"));
        await Kill(site, counts, kills, ct);
        run.Progress(string.Create(CultureInfo.InvariantCulture, $"{faults - kills} other faults"));
        await Parallel.ForAsync(0, faults - kills, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (n, _) =>
            await Meet(site, counts, n));
        run.Progress("comparing");
        await Tell(site, counts, faults, figures, ct);
        await Plant(site, counts, figures, ct);
        return figures;
    }

    /// <summary>SIGKILL, with the object written and nothing announced. Every other client comes back; the others never do.</summary>
    private static async Task Kill(RoomFaultSite site, Counts counts, int kills, CancellationToken ct)
    {
        Task<WorkerProcess> next = Ready(site, ct);
        for (int n = 0; n < kills; n++)
        {
            await using WorkerProcess worker = await next;
            next = Ready(site, ct);
            (Guid room, Guid owner, Guid command) = await NewRoom(site);
            var hold = new Hold();
            site.Faults.Arm(room, StoreFault.HeldAfter, 1, hold);
            await worker.Say($"publish {command} {room} {owner} killed-{n}");
            await hold.Reached.WaitAsync(TimeSpan.FromSeconds(60), ct);
            await worker.Kill(ct);
            hold.Release();
            counts.Met("kill");
            if (n % 2 == 0)
            {
                counts.Take(command, room, await site.Publisher.Publish(command, room, owner, "another text, which is not published"));
            }
            else
            {
                Interlocked.Increment(ref counts.Abandoned);
            }
        }

        await using WorkerProcess spare = await next;
    }

    private static async Task<WorkerProcess> Ready(RoomFaultSite site, CancellationToken ct)
    {
        WorkerProcess worker = await WorkerProcess.Start("room-publisher", site.Plan);
        await worker.Hear("ready", 120, ct);
        return worker;
    }

    private static Task Meet(RoomFaultSite site, Counts counts, int n) => (n % 10) switch
    {
        < 6 => Answer(site, counts, Answers[n % 10], n),
        6 => Compete(site, counts, n),
        7 => PublishTogether(site, counts, n),
        8 => SweepMeanwhile(site, counts, n),
        _ => NeverComeBack(site, counts, n),
    };

    /// <summary>The store's answer fails, once or so often that the publisher gives up; the client sends again.</summary>
    private static async Task Answer(RoomFaultSite site, Counts counts, StoreFault fault, int n)
    {
        (Guid room, Guid owner, Guid command) = await NewRoom(site);
        site.Faults.Arm(room, fault, n % 20 is 1 or 5 or 13 ? ObjectWriter.AttemptsMax : 1);
        counts.Met(fault.ToString());
        counts.Take(command, room, await UntilAnswered(site, command, room, owner, $"answer {n}"));
    }

    /// <summary>Somebody else's bytes already stand under the number that the publication is given.</summary>
    private static async Task Compete(RoomFaultSite site, Counts counts, int n)
    {
        (Guid room, Guid owner, Guid command) = await NewRoom(site);
        string key = RoomObject.Key(new RoomId(room), 1);
        byte[] bytes = Encoding.UTF8.GetBytes($"somebody else's {n}");
        await site.Direct.TryCreate(key, bytes);
        site.Faults.Stored(key, bytes);
        counts.Foreign.Add(key);
        counts.Met("competitor");
        counts.Take(command, room, await UntilAnswered(site, command, room, owner, $"mine {n}"));
    }

    /// <summary>Three intentions in one room, one of them sent twice, while one answer is lost.</summary>
    private static async Task PublishTogether(RoomFaultSite site, Counts counts, int n)
    {
        (Guid room, Guid owner, Guid command) = await NewRoom(site);
        site.Faults.Arm(room, StoreFault.LostAfter, 1);
        Guid[] commands = [command, command, Guid.NewGuid(), Guid.NewGuid()];
        counts.Met("together");
        Publications.Outcome[] outcomes = await Task.WhenAll(commands.Select(one => UntilAnswered(site, one, room, owner, $"together {n} {one}")));
        foreach ((Guid one, Publications.Outcome outcome) in commands.Zip(outcomes).DistinctBy(pair => pair.First))
        {
            counts.Take(one, room, outcome);
        }

        if (outcomes[0].Published?.Version != outcomes[1].Published?.Version || outcomes.Select(one => one.Published?.Version).Distinct().Count() != 3)
        {
            Interlocked.Increment(ref counts.Unclear);
        }
    }

    /// <summary>The write is held up while a sweep takes the reservation for old; then it arrives after all.</summary>
    private static async Task SweepMeanwhile(RoomFaultSite site, Counts counts, int n)
    {
        (Guid room, Guid owner, Guid command) = await NewRoom(site);
        var hold = new Hold();
        site.Faults.Arm(room, StoreFault.HeldBefore, 1, hold);
        counts.Met("swept_meanwhile");
        Task<Publications.Outcome> publishing = UntilAnswered(site, command, room, owner, $"late {n}");
        await hold.Reached;
        await site.Publisher.Sweep.GiveUp(command);
        hold.Release();
        counts.Take(command, room, await publishing);
    }

    /// <summary>The publisher fails for good after the object is stored, and the client goes away.</summary>
    private static async Task NeverComeBack(RoomFaultSite site, Counts counts, int n)
    {
        (Guid room, Guid owner, Guid command) = await NewRoom(site);
        site.Faults.Arm(room, n % 20 < 10 ? StoreFault.LostAfter : StoreFault.LostBefore, 1);
        counts.Met("never_back");
        Reservation reservation = (await Reservations.Take(
            site.Publisher.Log, command, new RoomId(room), new UserId(owner), null, new Manuscript(Encoding.UTF8.GetBytes($"left {n}"), []), DateTimeOffset.UtcNow))!;
        try
        {
            await site.Publisher.Objects.TryCreate(RoomObject.Key(new RoomId(room), reservation.Version), reservation.Manuscript.Object);
        }
        catch (ObjectsAwayException)
        {
            Interlocked.Increment(ref counts.Abandoned); // and here it ends
        }
    }

    private static async Task<(Guid Room, Guid Owner, Guid Command)> NewRoom(RoomFaultSite site)
    {
        (Guid room, Guid owner) = (Guid.NewGuid(), Guid.NewGuid());
        await site.Publisher.NewRoom(room, owner);
        return (room, owner, Guid.NewGuid());
    }

    /// <summary>A client sends the same again until it is answered.</summary>
    private static async Task<Publications.Outcome> UntilAnswered(RoomFaultSite site, Guid command, Guid room, Guid owner, string text)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await site.Publisher.Publish(command, room, owner, text);
            }
            catch (Exception away) when (away is ObjectsAwayException or OutcomeUnknownException && attempt < 20)
            {
                // 503, to a client.
            }
        }
    }

    private static async Task Tell(RoomFaultSite site, Counts counts, int faults, Figures figures, CancellationToken ct)
    {
        RoomFaultSite.Comparison before = await site.Compare(counts.Foreign, ct);
        Swept swept = await site.Publisher.Sweep.Run(TimeSpan.Zero, ct);
        RoomFaultSite.Comparison after = await site.Compare(counts.Foreign, ct);
        Swept again = await site.Publisher.Sweep.Run(TimeSpan.Zero, ct);

        int notAsAnswered = 0;
        foreach ((Guid command, Guid room, int version) in counts.Answered)
        {
            RecordedEvent? recorded = await site.Publisher.Store.FindEvent(command, ct);
            notAsAnswered += recorded is { Data: RoomVersionPublished published } && published.Version == version && recorded.StreamId == room ? 0 : 1;
        }

        figures.MustBe("faults", counts.Faults.Values.Sum(), faults);
        foreach ((string fault, int count) in counts.Faults.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            figures.Note($"of_them_{fault.ToLowerInvariant()}", count);
        }

        figures.MustBeAtLeast("answers_and_writes_struck", site.Faults.Struck, faults / 2);
        figures.MustBe("versions", after.Versions, counts.Answered.Count);
        figures.MustBe("dangling_references", before.Dangling + after.Dangling, 0);
        figures.MustBe("overwritten_objects", before.Overwritten + after.Overwritten, 0);
        figures.MustBe("answered_otherwise_than_recorded", notAsAnswered, 0);
        figures.MustBe("versions_doubled", counts.Answered.Count - counts.Answered.DistinctBy(one => (one.Room, one.Version)).Count(), 0);
        figures.Note("refused_clearly", counts.Refused);
        figures.MustBe("answered_unclearly", counts.Unclear, 0);
        figures.MustBeAtLeast("orphans", before.Orphans.Count, 1);
        figures.MustBe("orphans_swept_and_counted", swept.Objects + swept.Returned, before.Orphans.Count);
        figures.MustBe("orphans_left", after.Orphans.Count, 0);
        figures.MustBe("swept_again", again.Reservations + again.Objects + again.Returned, 0);
    }

    /// <summary>What would be wrong, done on purpose: each must be found by the same comparison.</summary>
    private static async Task Plant(RoomFaultSite site, Counts counts, Figures figures, CancellationToken ct)
    {
        // A publisher that announces first, and is killed before it writes.
        (Guid room, Guid owner, _) = await NewRoom(site);
        await Append(site, room, new RoomVersionPublished(1, "00", 2, new UserId(owner)));

        // A sweep that removes an old object without recording it, and a publisher that comes back.
        (room, owner, Guid command) = await NewRoom(site);
        await site.Publisher.Publish(command, room, owner, "swept by force");
        await site.Direct.Delete(RoomObject.Key(new RoomId(room), 1), ct);
        figures.MustBe("planted_dangling_found", (await site.Compare(counts.Foreign, ct)).Dangling, 2);

        // A writer without the condition.
        (room, owner, command) = await NewRoom(site);
        await site.Publisher.Publish(command, room, owner, "first");
        string key = RoomObject.Key(new RoomId(room), 1);
        await site.Direct.Delete(key, ct);
        await site.Direct.TryCreate(key, "overwritten"u8.ToArray(), ct);
        figures.MustBe("planted_overwritten_found", (await site.Compare(counts.Foreign, ct)).Overwritten, 1);

        // An object that nobody reserved.
        await site.Direct.TryCreate(RoomObject.Key(new RoomId(Guid.NewGuid()), 1), "nobody's"u8.ToArray(), ct);
        figures.MustBe("planted_orphans_found", (await site.Compare(counts.Foreign, ct)).Orphans.Count, 1);
    }

    private static async Task Append(RoomFaultSite site, Guid room, RoomEvent fact) => await site.Publisher.Store.Append(
        new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(room, "room", ExpectedVersion.Any, [fact])));
}
