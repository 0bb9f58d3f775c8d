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
        var verb = new Verb(
            "demo",
            "Fills a running system with a small town of people who talk, through its public API alone. Run again, it finds the town there and adds nothing.",
            "wya demo --api http://127.0.0.1:5080",
            "wya demo --api http://127.0.0.1:5080 --people 1000 --seed 7 --json")
        {
            api,
            people,
            seed,
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
                new Answer(here, parsed.GetValue(SharedOptions.Json)),
                ct);
        });
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Uri api, Town town, int seed, Answer answer, CancellationToken ct)
    {
        using var client = new ApiClient(new HttpClient { BaseAddress = api }, here.Clock, here.Variable(TokenVariable) is { Length: > 0 } given ? given : null);
        long start = here.Clock.GetTimestamp();
        var settling = new SettleTown(client, town, seed);
        var talk = TownTalk.Plan(town, seed);
        Talked? talked = null;
        if (answer.IsAnimated)
        {
            await answer.Console.Progress()
                .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    ProgressTask people = progress.AddTask("people", maxValue: town.Residents.Count + town.Children.Count);
                    ProgressTask messages = progress.AddTask("messages", maxValue: Math.Max(1, talk.Lines));
                    talked = await Fill(() => people.Increment(1), () => messages.Increment(1)).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }
        else
        {
            talked = await Fill(() => { }, () => { }).ConfigureAwait(false);
        }

        Settled done = settling.Result(talked, here.Clock.GetElapsedTime(start));
        answer.Give(done, done.ToString());
        return ExitCodes.Done;

        async Task<Talked?> Fill(Action onePersonMore, Action oneLineMore)
        {
            await settling.Run(onePersonMore, ct).ConfigureAwait(false);
            if (!client.SpeaksForAnybody)
            {
                return null;
            }

            var holding = new HoldTalks(client, talk, settling.Residents, seed);
            return await holding.Run(oneLineMore, ct).ConfigureAwait(false);
        }
    }
}
