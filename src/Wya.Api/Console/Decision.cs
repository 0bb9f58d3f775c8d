using System.Globalization;
using Microsoft.Extensions.Primitives;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console;

/// <summary>A decision as it stands in the form: whatever was typed, kept to the letter, and what of it the API is sent.</summary>
internal sealed class Decision(IReadOnlyDictionary<string, string> typed)
{
    /// <summary>How long something may last, in days; the empty one has no end.</summary>
    public static readonly IReadOnlyList<(string Value, string Name)> Terms =
    [
        ("1", "1 day"), ("3", "3 days"), ("7", "1 week"), ("14", "2 weeks"), ("30", "30 days"), ("90", "90 days"), ("180", "180 days"), ("365", "1 year"),
    ];

    public string this[string name] => typed.GetValueOrDefault(name, "");

    public CaseActionKind Kind => Enum.TryParse(this["kind"].Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out CaseActionKind kind) ? kind : CaseActionKind.Warn;

    public Category? Category => Enum.TryParse(this["category"].Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out Category category) ? category : null;

    public bool NeedsEnd => Kind == CaseActionKind.Suspend;

    public bool MayEnd => Kind is CaseActionKind.Mute or CaseActionKind.Restrict or CaseActionKind.Suspend;

    public DateTimeOffset? Since => DateTimeOffset.TryParseExact(
        this["since"].Trim(), "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset since)
        ? since
        : null;

    public DateTimeOffset? Until => MayEnd && int.TryParse(this["lasts"], NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days <= 365
        ? Since?.AddDays(days)
        : null;

    public TakenDownContent? Content => this["content"] switch
    {
        "message" when Id("conversation_id") is { } conversation && Id("message_id") is { } message =>
            new TakenDownContent(TakenDownKind.Message, ConversationId: conversation, MessageId: message),
        "room_version" when Id("room_id") is { } room && int.TryParse(this["version"], NumberStyles.None, CultureInfo.InvariantCulture, out int version) && version > 0 =>
            new TakenDownContent(TakenDownKind.RoomVersion, RoomId: room, Version: version),
        _ => null,
    };

    /// <summary>As the rule about statements takes it.</summary>
    public ActionStatement Statement => new(
        Text("what"), Since, Until, Text("facts"), Ground, Text("ground_text"), Category, Automation, Automation is null ? null : false, Text("appeal"));

    /// <summary>As the API takes it.</summary>
    public object Body => new
    {
        kind = Kind,
        what = Text("what"),
        since = Since,
        until = Until,
        facts = Text("facts"),
        ground = new { kind = Ground, text = Text("ground_text") },
        category = Category,
        automation = new { detected = Automation, decided = false },
        appeal = Text("appeal"),
        capability = Kind == CaseActionKind.Restrict ? Text("capability") : null,
        content = Kind == CaseActionKind.TakeDown ? Content : null,
        reports = Kind == CaseActionKind.Ban
            ? []
            : ReportFields.In(typed.Select(one => KeyValuePair.Create(one.Key, new StringValues(one.Value)))),
    };

    private GroundKind? Ground => this["ground_kind"] switch { "rule" => GroundKind.Rule, "law" => GroundKind.Law, _ => null };

    private bool? Automation => this["automation"] switch { "true" => true, "false" => false, _ => null };

    private string? Text(string name) => this[name].Trim() is { Length: > 0 } text ? text : null;

    private Guid? Id(string name) => Guid.TryParse(this[name].Trim(), out Guid id) ? id : null;

    public bool Holds(string name) => typed.ContainsKey(name);

    public static Decision Of(IEnumerable<KeyValuePair<string, StringValues>> form) => new(form.ToDictionary(field => field.Key, field => field.Value.ToString().Replace("\r\n", "\n", StringComparison.Ordinal), StringComparer.Ordinal));

    /// <summary>As a template begins it.</summary>
    public static Decision From(CaseActionKind kind, Category? category, DateTimeOffset now, IEnumerable<KeyValuePair<string, string>> given)
    {
        Dictionary<string, string> start = new(given, StringComparer.Ordinal)
        {
            ["kind"] = Words.Of(kind),
            ["category"] = category is { } named ? Words.Of(named) : "",
            ["ground_kind"] = "rule",
            ["since"] = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            ["what"] = StatementTemplates.What(kind),
            ["facts"] = category is { } of ? StatementTemplates.Facts(of) : "",
            ["ground_text"] = category is { } rule ? StatementTemplates.Ground(rule) : "",
            ["appeal"] = StatementTemplates.Appeal,
        };
        return new Decision(start);
    }

    /// <summary>The same, begun anew for the category that is chosen now; what was typed of its own stays where the template says nothing.</summary>
    public Decision FromTemplate() => Category is not { } category ? this : new(new Dictionary<string, string>(typed, StringComparer.Ordinal)
    {
        ["facts"] = StatementTemplates.Facts(category),
        ["ground_text"] = StatementTemplates.Ground(category),
    });

    /// <summary>As a form that somebody sent.</summary>
    public IFormCollection Fields => new FormCollection(typed.ToDictionary(one => one.Key, one => new StringValues(one.Value), StringComparer.Ordinal));

    /// <summary>Everything but which button was pressed, to be carried through the next form.</summary>
    public IEnumerable<KeyValuePair<string, string>> Carried => typed.Where(one => one.Key is not ("step" or "form_token"));
}
