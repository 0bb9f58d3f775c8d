using Wya.Api.Tests.Rooms;

namespace Wya.Api.Tests.Reversal;

/// <summary>
/// A person among friends, and what they all do. Two of these do the same things in the same order, so that whatever differs
/// between them comes from something else.
/// </summary>
internal sealed class Twin
{
    private readonly Dictionary<string, Guid> entries = [];
    private ApiHost api = null!;

    public Person Mara { get; private set; } = null!;

    public Person Noor { get; private set; } = null!;

    public Person Ida { get; private set; } = null!;

    public Person Kim { get; private set; } = null!;

    public Person[] People => [Mara, Noor, Ida, Kim];

    public Guid Direct { get; private set; }

    public Guid Group { get; private set; }

    public Guid FromKim { get; private set; }

    public Dictionary<string, Guid> Messages { get; } = [];

    /// <summary>By message.</summary>
    public Dictionary<Guid, Guid> ConversationOf { get; } = [];

    public Dictionary<string, Guid> Rooms { get; } = [];

    /// <summary>By what each is called here.</summary>
    public IEnumerable<(string Name, Guid Id)> Named =>
    [
        ("mara", Mara.Id), ("noor", Noor.Id), ("ida", Ida.Id), ("kim", Kim.Id), ("direct", Direct), ("group", Group), ("from kim", FromKim),
        .. Messages.Select(one => ($"message {one.Key}", one.Value)), .. Rooms.Select(one => ($"room of {one.Key}", one.Value)),
        .. entries.Select(one => ($"entry {one.Key}", one.Value)),
    ];

    public static async Task<Twin> Begin(ApiHost api, string mark)
    {
        var twin = new Twin { api = api };
        twin.Mara = await twin.Register("mara", mark);
        twin.Noor = await twin.Register("noor", mark);
        twin.Ida = await twin.Register("ida", mark);
        twin.Kim = await twin.Register("kim", mark);
        await api.HeardFromIdentity();
        await twin.MeetAndTalk();
        await twin.Furnish();
        return twin;
    }

    /// <summary>What the others do, whatever is decided about Mara.</summary>
    /// <param name="isSeen">She is not banned: nobody follows who is not there for them.</param>
    public async Task GoOn(int round, bool isSeen = true)
    {
        await Say(Noor, Group, $"noor {round}", $"The lanterns of evening {round}.", mentions: [Mara.Id]);
        await Say(Ida, Group, $"ida {round}", $"Bring the ladder for evening {round}.");
        await Must(Ida.Client.Send("PUT", $"/conversations/{Group}/messages/{Messages[$"noor {round}"]}/reactions/%E2%9D%A4"));
        await Must(Noor.Client.Send("PATCH", $"/conversations/{Group}/messages/{Messages[$"noor {round}"]}", new { text = $"All lanterns of evening {round}." }));
        if (isSeen)
        {
            await Noor.Does(round % 3 == 0 ? "unfollow" : "follow", Mara);
        }
    }

    /// <summary>What Mara may do whatever else is taken from her but the account.</summary>
    public async Task ReadOn(int round)
    {
        await Must(Mara.Client.Send("PUT", $"/conversations/{Group}/read", new { message_id = Messages[$"ida {round}"], is_public = true }));
        await Must(Mara.Client.Send("PUT", "/me/discovery/preferences", new { order = "ranked", proximity_percent = 60 + round, findable_by = "everybody", friends_only = false }));
    }

    /// <summary>While a message of hers and a version of her room are down, and another message is deleted.</summary>
    public async Task LiveBeside()
    {
        await Say(Noor, Direct, "answer", "The harbour it is.", replyTo: Messages["harbour"]);
        await Must(Mara.Client.Send("DELETE", $"/conversations/{Direct}/messages/{Messages["mistake"]}"));
        await Must(Noor.Client.Send("DELETE", $"/conversations/{Direct}/messages/{Messages["harbour"]}/reactions/%E2%9D%A4"));
        await Must(Ida.Client.Send("PUT", $"/rooms/{Rooms["mara"]}/polls/poll-1/vote", new { choice = 0 }));
        await Sign(Ida, "mara", "third");
    }

    /// <summary>What only somebody does from whom nothing is taken.</summary>
    public async Task Thrive(int round)
    {
        await Say(Mara, Group, $"mara {round}", $"I have oil for evening {round}.", mentions: [Ida.Id]);
        await Must(Mara.Client.Send("PATCH", $"/conversations/{Direct}/messages/{Messages["harbour"]}", new { text = $"Lanterns by the harbour, after {round}." }));
        await Must(Noor.Client.Send("PUT", $"/conversations/{Direct}/messages/{Messages["harbour"]}/reactions/%F0%9F%91%8D"));
        await Must(Mara.Client.Send("PUT", $"/conversations/{Direct}/read", new { message_id = Messages["hello"], is_public = true }));
        await Sign(Mara, "noor", $"again {round}");
    }

    public async Task Say(Person by, Guid conversation, string name, string text, Guid[]? mentions = null, Guid? replyTo = null)
    {
        Messages[name] = Guid.CreateVersion7();
        ConversationOf[Messages[name]] = conversation;
        await Must(by.Client.Send("PUT", $"/conversations/{conversation}/messages/{Messages[name]}", new { text, mentions, reply_to = replyTo }));
    }

    private async Task MeetAndTalk()
    {
        await Mara.Befriends(Noor);
        await Mara.Befriends(Ida);
        await Noor.Befriends(Ida);
        await Kim.Does("follow", Mara);
        await Mara.Does("follow", Kim);
        await Kim.Does("request", Mara);
        await HeardFromGraph();
        await Must((await api.Operator()).Send("POST", $"/users/{Mara.Id}/verification", key: Requests.NewKey()));
        Direct = await Mara.StartDirect(Noor);
        Group = await Mara.StartGroup(Noor, Ida);
        FromKim = await Kim.StartDirect(Mara);
        await Say(Mara, Direct, "harbour", "Lanterns by the harbor.");
        await Say(Noor, Direct, "hello", "Hello, lanterns?");
        await Say(Mara, Direct, "mistake", "That was for somebody else.");
        await Must(Mara.Client.Send("PATCH", $"/conversations/{Direct}/messages/{Messages["harbour"]}", new { text = "Lanterns by the harbour." }));
        await Must(Noor.Client.Send("PUT", $"/conversations/{Direct}/messages/{Messages["harbour"]}/reactions/%E2%9D%A4"));
        await Say(Mara, Group, "first", "Who has lanterns?", mentions: [Noor.Id]);
        await Say(Kim, FromKim, "asking", "May I come too?");
        await Must(Mara.Client.Send("PUT", $"/conversations/{Group}/mute"));
        await Must(Mara.Client.Send("PUT", "/me/presence/settings", new { privacy_level = "precise", is_invisible = false, location_is_on = true }));
    }

    private async Task Furnish()
    {
        foreach ((string name, Person owner) in new[] { ("mara", Mara), ("noor", Noor), ("ida", Ida), ("kim", Kim) })
        {
            Rooms[name] = await owner.FirstRoom();
        }

        await Mara.Publishes(Rooms["mara"], RoomScenes.Furnished("one"));
        await Mara.Publishes(Rooms["mara"], RoomScenes.Furnished("two"));
        await Noor.Publishes(Rooms["noor"], RoomScenes.Furnished("noor's"));
        await Sign(Noor, "mara", "first");
        await Sign(Mara, "noor", "second");
        await Must(Noor.Client.Send("PUT", $"/rooms/{Rooms["mara"]}/polls/poll-1/vote", new { choice = 1 }));
        await Must(Mara.Client.Send("PUT", $"/rooms/{Rooms["noor"]}/polls/poll-1/vote", new { choice = 2 }));
    }

    private async Task Sign(Person guest, string room, string name)
    {
        entries[name] = Guid.CreateVersion7();
        await Must(guest.Client.Send("PUT", $"/rooms/{Rooms[room]}/guestbook/{entries[name]}", new { module_id = "book-1", text = $"Greetings, the {name}." }));
    }

    private async Task<Person> Register(string name, string mark)
    {
        Answer registered = await api.Anonymous.Register(name + mark);
        return new Person(registered.Id, name + mark, api.With(await api.Token(name + mark)));
    }

    private Task HeardFromGraph() => Likeness.AllIsHeard(api);

    private static async Task Must(Task<Answer> asking)
    {
        Answer answer = await asking;
        if (answer.Status is < 200 or > 299)
        {
            throw new InvalidOperationException($"{answer.Message.RequestMessage!.Method} {answer.Message.RequestMessage.RequestUri}: {answer}");
        }
    }
}
