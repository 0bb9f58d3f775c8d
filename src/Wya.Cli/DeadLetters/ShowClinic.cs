using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>What is set aside, how far that reaches, and by which failures.</summary>
internal static class ShowClinic
{
    private static readonly TableColumn<(ParkedOverview Of, ParkedKind Kind)>[] Columns =
    [
        new("projection", row => row.Of.Consumer),
        new("failure", row => row.Kind.Error),
        new("streams", row => Visible.Count(row.Kind.Streams), IsNumber: true),
        new("dead", row => Visible.Count(row.Kind.Dead), IsNumber: true),
        new("events waiting", row => Visible.Count(row.Kind.EventsWaiting), IsNumber: true),
        new("since", row => Visible.Time(row.Kind.Since)),
        new("for example", row => row.Kind.Example.ToString()),
    ];

    public static Verb Verb(Surroundings here)
    {
        Argument<string?> projection = new("projection")
        {
            Description = "Only this projection's.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null,
        };
        Option<string?> domain = SharedOptions.Domain(here, "Only this domain's projections.");
        var verb = new Verb(
            "clinic",
            "How far it reaches that streams are set aside: how many, since when, whom it concerns, and by which failures, grouped.",
            "wya dead-letters clinic",
            "wya dead-letters clinic AccountHistory --json")
        {
            projection,
            domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            IEnumerable<Consumer> consumers = parsed.GetValue(projection) is { } name ? [open.Consumer(name)] : open.SelectMany(each => each.Consumers);
            List<ParkedOverview> overviews = [];
            foreach (Consumer consumer in consumers)
            {
                ParkedOverview overview = await EventStore.Postgres.DeadLetters.Overview(consumer, ct).ConfigureAwait(false);
                if (overview.Streams > 0)
                {
                    overviews.Add(overview);
                }
            }

            Tell(new Answer(here, parsed.GetValue(SharedOptions.Json)), overviews);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static void Tell(Answer answer, List<ParkedOverview> overviews)
    {
        if (answer.IsJson || overviews.Count == 0)
        {
            answer.List(overviews, row => row, "Nothing is set aside.");
            return;
        }

        foreach (ParkedOverview one in overviews)
        {
            string people = one.People is { } count ? $", of {Visible.Count(count, "person", "people")} who recorded them" : "";
            answer.Say(
                $"{one.Consumer}: {Visible.Count(one.Streams, "stream")} set aside since {Visible.Time(one.Since)}, {Visible.Count(one.Dead)} of them waiting for you; "
                + $"{Visible.Count(one.EventsWaiting, "event")} not shown{people}.");
        }

        answer.Table(overviews.SelectMany(one => one.Kinds.Select(kind => (one, kind))), Columns);
    }
}
