using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Wya.Cli;

/// <summary>Fills a running system with a town through its public API alone.</summary>
internal static class FillDemo
{
    public const string TokenVariable = "WYA_TOKEN";

    private const int PeopleDefault = 200;
    private const int SeedDefault = 1;

    public static Verb Verb(Surroundings here)
    {
        Option<Uri> api = new("--api")
        {
            Description = "Address of the running API.", HelpName = "URL", Required = true, CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
                {
                    return new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + '/');
                }

                result.AddError($"'{result.Tokens[0].Value}' is not an address such as http://127.0.0.1:5080.");
                return null;
            },
        };
        Option<int> people = new("--people") { Description = "How many people.", HelpName = "COUNT", DefaultValueFactory = _ => PeopleDefault };
        people.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() is < 1 or > Town.PeopleMax)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--people lies between 1 and {Town.PeopleMax}."));
            }
        });
        Option<int> seed = new("--seed") { Description = "Another number is another town.", HelpName = "NUMBER", DefaultValueFactory = _ => SeedDefault };
        Option<int> stay = new("--stay") { Description = "How long people stay around and go on with their day, told every 30 seconds.", HelpName = "MINUTES" };
        stay.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() is < 0 or > WalkTown.StayMinutesMax)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--stay lies between 0 and {WalkTown.StayMinutesMax}."));
            }
        });
        var verb = new Verb(
            "demo",
            "Fills a running system with a small town of people who talk, have friends, furnish rooms and go about their day, through its public API alone. "
            + "Run again, it finds the town there and adds nothing but who is around now.",
            "wya demo --api http://127.0.0.1:5080",
            "wya demo --api http://127.0.0.1:5080 --people 1000 --seed 7 --json",
            "wya demo --api http://127.0.0.1:5080 --stay 60")
        {
            api,
            people,
            seed,
            stay,
        };
        verb.SetAction((parsed, ct) =>
        {
            var today = DateOnly.FromDateTime(here.Clock.GetUtcNow().UtcDateTime);
            int number = parsed.GetValue(seed);
            return Run(
                here,
                parsed.GetRequiredValue(api),
                Town.Plan(parsed.GetValue(people), number, today),
                number,
                parsed.GetValue(stay),
                new Answer(here, parsed.GetValue(SharedOptions.Json)),
                ct);
        });
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Uri api, Town town, int seed, int stayMinutes, Answer answer, CancellationToken ct)
    {
        using var client = new ApiClient(new HttpClient { BaseAddress = api }, here.Clock, here.Variable(TokenVariable) is { Length: > 0 } given ? given : null);
        long start = here.Clock.GetTimestamp();
        var settling = new SettleTown(client, town, seed);
        var talk = TownTalk.Plan(town, seed);
        var ties = TownTies.Plan(town, seed);
        var rooms = TownRooms.Plan(town, seed);
        Talked? talked = null;
        Befriended? befriended = null;
        Furnished? furnished = null;
        Walked? walked = null;
        if (answer.IsAnimated)
        {
            await answer.Console.Progress()
                .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    Action Bar(string name, int steps)
                    {
                        ProgressTask bar = progress.AddTask(name, maxValue: Math.Max(1, steps));
                        return () => bar.Increment(1);
                    }

                    await Fill(
                        Bar("people", town.Residents.Count + town.Children.Count),
                        Bar("messages", talk.Lines),
                        Bar("friends", ties.Ties.Count),
                        Bar("rooms", rooms.Rooms.Count),
                        Bar("the day", WalkTown.Rounds(stayMinutes))).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }
        else
        {
            await Fill(() => { }, () => { }, () => { }, () => { }, () => { }).ConfigureAwait(false);
        }

        Settled done = settling.Result(talked, befriended, furnished, walked, here.Clock.GetElapsedTime(start));
        answer.Give(done, done.ToString());
        return ExitCodes.Done;

        async Task Fill(Action onePersonMore, Action oneLineMore, Action oneTieMore, Action oneRoomMore, Action oneRoundMore)
        {
            await settling.Run(onePersonMore, ct).ConfigureAwait(false);
            if (client.SpeaksForAnybody)
            {
                var people = settling.Residents.ToDictionary(one => one.Key, one => new Neighbour(one.Value.Id, client.As(one.Value.Handle)));
                talked = await new HoldTalks(talk, people, seed).Run(oneLineMore, ct).ConfigureAwait(false);
                befriended = await new MakeFriends(ties, people, seed).Run(oneTieMore, ct).ConfigureAwait(false);
                furnished = await new FurnishRooms(town, rooms, ties, people, seed).Run(oneRoomMore, ct).ConfigureAwait(false);
                walked = await new WalkTown(client, town, people, seed, here.Clock).Run(stayMinutes, oneRoundMore, ct).ConfigureAwait(false);
            }
        }
    }
}
