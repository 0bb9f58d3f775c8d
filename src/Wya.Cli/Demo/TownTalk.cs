using Bogus;
using Wya.Domain.Identity.Events;

namespace Wya.Cli;

/// <summary>
/// Who talks with whom in a town, and what is said; the same for the same town and seed. Minors do not talk here: only
/// friends write to them, and people talk before they befriend each other.
/// </summary>
internal sealed record TownTalk(IReadOnlyList<PlannedConversation> Conversations)
{
    private const int PeopleInGroupMin = 3;
    private const int PeopleInGroupMax = 9;

    private static readonly string[] Slots = ["{place}", "{day}", "{thing}", "{time}"];

    public int Lines => Conversations.Sum(conversation => conversation.Lines.Count);

    public static TownTalk Plan(Town town, int seed)
    {
        var random = new Randomizer(unchecked(seed * 31 + 17));
        List<PlannedConversation> conversations = [];
        foreach (AgeLayer layer in new[] { AgeLayer.Transitional, AgeLayer.Adult })
        {
            int[] people = [.. Enumerable.Range(0, town.Residents.Count)
                .Where(i => town.Residents[i].AgeLayer == layer)];
            HashSet<(int, int)> pairs = [];
            for (int i = 0; i < people.Length && people.Length > 1; i++)
            {
                int[] pair = [people[i], random.ArrayElement(people)];
                if (pair[0] != pair[1] && pairs.Add((pair.Min(), pair.Max())))
                {
                    conversations.Add(Direct(random, pair));
                }
            }

            for (int i = 0; i < people.Length / 10 && people.Length > PeopleInGroupMin; i++)
            {
                int[] members = [.. random.Shuffle(people).Take(Math.Min(people.Length, random.Int(PeopleInGroupMin, PeopleInGroupMax)))];
                conversations.Add(new PlannedConversation(
                    members, random.ArrayElement(SmallTalk.Titles), RequestAnswer.None, Script(random, members.Length, null, random.Int(2, 5))));
            }
        }

        return new TownTalk(conversations);
    }

    private static PlannedConversation Direct(Randomizer random, int[] pair)
    {
        RequestAnswer answer = random.WeightedRandom(
            [RequestAnswer.Accepted, RequestAnswer.Answered, RequestAnswer.None, RequestAnswer.Declined], [0.5f, 0.35f, 0.1f, 0.05f]);
        int scenes = answer is RequestAnswer.Accepted or RequestAnswer.Answered ? random.Int(1, 4) : 0;
        return new PlannedConversation(pair, null, answer, Script(random, 2, random.ArrayElement(SmallTalk.Openers), scenes));
    }

    /// <param name="opener">Said by the first; whoever follows is somebody else.</param>
    private static List<PlannedLine> Script(Randomizer random, int people, string? opener, int scenes)
    {
        List<PlannedLine> lines = [];
        if (opener is not null)
        {
            lines.Add(new PlannedLine(0, Filled(random, opener), null, null, null));
        }

        int speaker = opener is null ? random.Int(0, people - 1) : 0;
        foreach (string text in Enumerable.Range(0, scenes).SelectMany(_ => random.ArrayElement(SmallTalk.Scenes)))
        {
            speaker = people == 2 ? 1 - speaker : (speaker + random.Int(1, people - 1)) % people;
            string said = Filled(random, text);
            lines.Add(new PlannedLine(
                speaker,
                said,
                ReplyTo: lines.Count > 1 && random.Bool(0.08f) ? lines.Count - random.Int(1, Math.Min(5, lines.Count)) : null,
                Edited: random.Bool(0.04f) ? said + " (I mean it!)" : null,
                Reaction: random.Bool(0.12f) ? ((speaker + 1) % people, random.ArrayElement(SmallTalk.Emoji)) : null));
        }

        return lines;
    }

    private static string Filled(Randomizer random, string text)
    {
        foreach (string slot in Slots.Where(slot => text.Contains(slot, StringComparison.Ordinal)))
        {
            string[] words = slot switch
            {
                "{place}" => SmallTalk.Places,
                "{day}" => SmallTalk.Days,
                "{thing}" => SmallTalk.Things,
                _ => SmallTalk.Times,
            };
            text = text.Replace(slot, random.ArrayElement(words), StringComparison.Ordinal);
        }

        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}

/// <summary>What becomes of the request with which a direct conversation begins.</summary>
internal enum RequestAnswer
{
    /// <summary>It waits, or there is none.</summary>
    None,

    Accepted,

    /// <summary>Accepted by simply answering.</summary>
    Answered,

    Declined,
}

/// <param name="People">Places in the town's list; the first one starts it.</param>
/// <param name="Title">Of a group; null for a direct one.</param>
internal sealed record PlannedConversation(IReadOnlyList<int> People, string? Title, RequestAnswer Answer, IReadOnlyList<PlannedLine> Lines);

/// <param name="Speaker">Place among the conversation's people; likewise in the reaction.</param>
/// <param name="ReplyTo">Place among the lines.</param>
internal sealed record PlannedLine(int Speaker, string Text, int? ReplyTo, string? Edited, (int Person, string Emoji)? Reaction);
