using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using Wya.Api.Rooms.Content;
using Wya.Api.Rooms.Pages;
using Wya.Domain.Rooms.Content;
using Wya.Testing;

namespace Wya.Prove.HostileRooms;

/// <summary>A corpus of rooms that are meant to harm their visitors, against the checker, and what passes it in a real browser.</summary>
internal static class HostileRoomsProof
{
    private static readonly string[] LinkHosts = ["wya.example", "*.wya.example"], MediaHosts = ["media.wya.example"];

    public static Proof Proof { get; } = new(
        "hostile-rooms",
        [
            "A room that could harm its visitors is refused with a reason, or shown harmlessly: no script runs, nothing is asked of any other host, and no element is in the page that the page did not make.",
            "The CSS of a room changes nothing outside the room, and loads nothing.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        var figures = new Figures();
        run.Progress($"{HostileCase.All.Count} cases against the checker");
        List<HostileCase> shown = Check(figures);
        if (Chromium.MaySkip)
        {
            figures.Note("browsers", 0);
            return figures;
        }

        HostileCase[] looked = [.. shown.Where((_, i) => i % run.Sized(30, 1, 1) == 0)];
        await using var elsewhere = new Listener();
        await using Chromium chromium = await Chromium.Start($"--host-resolver-rules=MAP * 127.0.0.1:{elsewhere.Port}, EXCLUDE 127.0.0.1");
        await using var watch = new RoomWatch(chromium);
        RoomPage page = Page(HtmlText.Encoder, CssSanitiser.Sanitise);

        run.Progress($"{looked.Length} rooms in a browser, as they are served");
        List<Sighting> served = await Look(watch, page, looked, withPolicy: true, ct);
        run.Progress($"{looked.Length} rooms in a browser, without the policy");
        List<Sighting> bare = await Look(watch, page, looked, withPolicy: false, ct);
        Tell(figures, "served", served);
        Tell(figures, "bare", bare);
        figures.MustBe("connections_elsewhere", elsewhere.OfPages, 0);

        run.Progress("planted faults");
        await Plant(figures, run, watch, ct);
        figures.MustBeAtLeast("planted_connections_elsewhere", elsewhere.OfPages, 1);
        figures.Note("connections_of_the_browser_itself", elsewhere.OfBrowser);
        return figures;
    }

    /// <returns>Those that are to be shown, the base among them.</returns>
    private static List<HostileCase> Check(Figures figures)
    {
        List<HostileCase> shown = [];
        int refused = 0, withoutReason = 0, unexpected = 0;
        double slowest = 0;
        foreach (HostileCase one in HostileCase.All)
        {
            long begin = Stopwatch.GetTimestamp();
            bool isTaken = RoomContent.TryCheck(one.Document, Limits(CssSanitiser.Sanitise), out _, out IReadOnlyList<ContentRefusal> refusals);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            bool isAsExpected = isTaken ? one.Expected == HostileCase.Shown : refusals.Any(refusal => refusal.Code == one.Expected);
            unexpected += isAsExpected ? 0 : 1;
            if (!isAsExpected)
            {
                Console.Error.WriteLine($"hostile-rooms: {one} must be {one.Expected}, and is {(isTaken ? HostileCase.Shown : string.Join(", ", refusals.Select(refusal => $"{refusal.Code} ({refusal.Reason})")))}");
            }

            if (isTaken)
            {
                shown.Add(one);
            }
            else
            {
                refused++;
                withoutReason += refusals.Count > 0 && refusals.All(refusal => refusal.Reason.Length > 0 && ContentCodes.All.Contains(refusal.Code)) ? 0 : 1;
            }
        }

        figures.MustBeAtLeast("cases", HostileCase.All.Count, 150);
        foreach (IGrouping<string, HostileCase> category in HostileCase.All.GroupBy(one => one.Category))
        {
            figures.Note($"cases_{category.Key}", category.Count());
        }

        figures.Note("refused", refused);
        figures.MustBe("refused_without_reason", withoutReason, 0);
        figures.Note("shown", shown.Count);
        figures.MustBe("other_than_expected", unexpected, 0);
        figures.MustBeBelow("slowest_check_ms", slowest, 2_000);
        return shown;
    }

    private static void Tell(Figures figures, string name, List<Sighting> sightings)
    {
        foreach (string odd in sightings.SelectMany(one => one.Said.Concat(one.Asked).Concat(one.Foreign)).Distinct().Take(20))
        {
            Console.Error.WriteLine($"hostile-rooms: {name}: {odd}");
        }

        figures.Note($"{name}_pages", sightings.Count);
        figures.MustBe($"{name}_scripts_run", sightings.Sum(one => one.Ran), 0);
        figures.MustBe($"{name}_requests_elsewhere", sightings.Sum(one => one.Asked.Count), 0);
        figures.MustBe($"{name}_console_messages", sightings.Sum(one => one.Said.Count), 0);
        figures.MustBe($"{name}_foreign_markup", sightings.Sum(one => one.Foreign.Count), 0);
    }

    private static async Task Plant(Figures figures, ProofRun run, RoomWatch watch, CancellationToken ct)
    {
        HostileCase[] markup = [.. HostileCase.All.Where(one => one.Category == "markup_in_text").Where((_, i) => i % run.Sized(10, 1, 1) == 0)];
        List<Sighting> unencoded = await Look(watch, Page(new NoEncoder(), CssSanitiser.Sanitise), markup, withPolicy: false, ct);
        figures.MustBeAtLeast("planted_renderer_scripts_found", unencoded.Sum(one => one.Ran), 1);
        figures.MustBeAtLeast("planted_renderer_requests_found", unencoded.Sum(one => one.Asked.Count), 1);
        figures.MustBeAtLeast("planted_renderer_markup_found", unencoded.Count(one => one.Foreign.Count > 0), markup.Length / 2);

        // With the policy nothing of the same faulty pages runs: the second wall stands without the first.
        List<Sighting> fenced = await Look(watch, Page(new NoEncoder(), CssSanitiser.Sanitise), markup, withPolicy: true, ct);
        figures.MustBe("planted_renderer_scripts_run_under_policy", fenced.Sum(one => one.Ran), 0);
        figures.MustBeAtLeast("planted_renderer_markup_found_under_policy", fenced.Count(one => one.Foreign.Count > 0), markup.Length / 2);

        ContentLimits trusting = Limits(PlantedFaults.PassCss);
        HostileCase[] css = [.. HostileCase.All.Where(one => one.Category == "css" && one.Expected == ContentCodes.CssUnsafe && RoomContent.TryCheck(one.Document, trusting, out _, out _))];
        figures.MustBeAtLeast("planted_checker_taken", css.Length, 50);
        RoomPage trustingPage = Page(HtmlText.Encoder, PlantedFaults.PassCss);
        List<Sighting> styled = await Look(watch, trustingPage, [.. css.Where((_, i) => i % run.Sized(30, 1, 1) == 0)], withPolicy: false, ct);
        figures.MustBeAtLeast("planted_checker_requests_found", styled.Sum(one => one.Asked.Count), 1);
        HostileCase[] hiding = [.. css.Where(one => Encoding.UTF8.GetString(one.Document).Contains("{ display: none }", StringComparison.Ordinal))];
        await Restyle(figures, watch, trustingPage, [.. hiding.Take(run.Sized(5, hiding.Length, hiding.Length))], ct);
    }

    /// <summary>Outside the room every page with CSS looks as the base does; with the planted checker some do not.</summary>
    private static async Task Restyle(Figures figures, RoomWatch watch, RoomPage trustingPage, HostileCase[] trusted, CancellationToken ct)
    {
        HostileCase[] taken = [.. HostileCase.All.Where(one => one.Category == "css" && one.Expected == HostileCase.Shown && one.Document.Length < 4_000)];
        HostileCase harmless = HostileCase.All[0] with { Document = HostileCase.Base };
        RoomPage page = Page(HtmlText.Encoder, CssSanitiser.Sanitise);
        List<Sighting> ours = await Look(watch, page, [harmless, .. taken], withPolicy: true, ct);
        figures.Note("rooms_with_css", taken.Length);
        figures.MustBe("restyled_outside", ours.Count(one => one.Outside != ours[0].Outside), 0);
        List<Sighting> planted = await Look(watch, trustingPage, trusted, withPolicy: true, ct);
        figures.MustBeAtLeast("planted_checker_restyled_found", planted.Count(one => one.Outside != ours[0].Outside), 2);
    }

    private static async Task<List<Sighting>> Look(RoomWatch watch, RoomPage page, HostileCase[] cases, bool withPolicy, CancellationToken ct)
    {
        Dictionary<string, RoomToShow> rooms = [];
        for (int i = 0; i < cases.Length; i++)
        {
            GuestbookLine[] lines = [new(cases[i].GuestName, cases[i].Guest, new DateOnly(2026, 1, 2))];
            rooms[$"case-{i}"] = new RoomToShow(
                cases[i].Owner, Checked(cases[i]), new Dictionary<string, IReadOnlyList<GuestbookLine>> { ["book"] = lines }, new Dictionary<string, IReadOnlyList<int>> { ["vote"] = [2, 1] });
        }

        await using RoomSite site = await RoomSite.Start(page, rooms, withPolicy);
        List<Sighting> sightings = [];
        for (int i = 0; i < cases.Length; i++)
        {
            sightings.Add(await watch.Look(new Uri(site.Address, $"/r/case-{i}"), mayRun: !withPolicy, ct));
        }

        return sightings;
    }

    /// <summary>As it is stored.</summary>
    private static ReadOnlyMemory<byte> Checked(HostileCase one) =>
        RoomContent.TryCheck(one.Document, Limits(PlantedFaults.PassCss), out CheckedContent? content, out _)
            ? content.Json
            : throw new InvalidOperationException($"{one} is refused.");

    private static RoomPage Page(HtmlEncoder encoder, Func<string, CssResult> sanitise) => new(encoder, sanitise, LinkHosts, MediaHosts);

    private static ContentLimits Limits(Func<string, CssResult> sanitise) => new(RoomLimits.PowerUserModulesMax, CssAllowed: true, sanitise, LinkHosts, MediaHosts);
}
