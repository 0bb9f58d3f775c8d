using Wya.Domain.Safety;

namespace Wya.Api.Console;

/// <summary>What a statement lacks, by the names that the API gives its parts.</summary>
internal sealed class MissingParts(IReadOnlyDictionary<string, string> byPart)
{
    public static MissingParts None { get; } = new(new Dictionary<string, string>());

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["what"] = "Say what was decided.",
        ["since"] = "Say from when it holds.",
        ["until"] = "Say for how long: this kind of decision needs an end.",
        ["facts"] = "Say on which facts it rests.",
        ["ground.kind"] = "Say whether it rests on a rule or on a law.",
        ["ground.text"] = "Say which rule or law, and why it fits.",
        ["category"] = "Choose the rule that was broken.",
        ["automation.detected"] = "Say whether a program drew attention to it.",
        ["appeal"] = "Say how to appeal.",
    };

    public string? this[string part] => byPart.GetValueOrDefault(part);

    public bool IsComplete => byPart.Count == 0;

    /// <summary>By the rule that the API itself decides by, before anything is sent; and what only a template's reader can see.</summary>
    public static MissingParts Of(Decision decision, DateTimeOffset now)
    {
        Dictionary<string, string> missing = new(StringComparer.Ordinal);
        if (decision.Statement.Refuse(decision.NeedsEnd, decision.MayEnd, now) is { } refusal)
        {
            if (refusal.Code == SafetyRefusals.ActionTermInvalid.Code)
            {
                missing["since"] = refusal.Reason;
            }

            foreach (string part in PartsIn(refusal.Reason))
            {
                missing[part] = Meanings.GetValueOrDefault(part, "This is missing.");
            }
        }

        foreach ((string field, string part) in new[] { ("what", "what"), ("facts", "facts"), ("ground_text", "ground.text"), ("appeal", "appeal") })
        {
            if (StatementTemplates.HoldsBrackets(decision[field]))
            {
                missing[part] = "Replace what stands in [brackets].";
            }
        }

        if (decision.Kind == CaseActionKind.Restrict && decision["capability"].Length == 0)
        {
            missing["capability"] = "Choose what they may not do.";
        }

        if (decision.Kind == CaseActionKind.TakeDown && decision.Content is null)
        {
            missing["content"] = "Name one message by its conversation and its id, or one version of a room.";
        }

        return new MissingParts(missing);
    }

    private static string[] PartsIn(string reason)
    {
        int colon = reason.IndexOf(": ", StringComparison.Ordinal), end = reason.IndexOf(". ", StringComparison.Ordinal);
        return colon > 0 && end > colon ? reason[(colon + 2)..end].Split(", ") : [];
    }
}
