using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console;

/// <summary>
/// Where a statement starts from, so that nobody begins with an empty page: what was decided, and which rule, in words that
/// the person understands. What stands in brackets only the moderator knows, and no statement is taken while it is there.
/// </summary>
internal static class StatementTemplates
{
    public const string Appeal =
        "You can appeal once, within six months, from your record: say what we got wrong. Another moderator than the one who decided looks at it, and tells you why they decide as they do.";

    public static string What(CaseActionKind kind) => kind switch
    {
        CaseActionKind.Warn => "We warn you. Nothing is taken from you; if it happens again, we will look at more than a warning.",
        CaseActionKind.Mute => "You may read, and write to nobody, until the date below.",
        CaseActionKind.Restrict => "You may not [what they may not do] until the date below. Everything else stays as it was.",
        CaseActionKind.Suspend => "Your account is suspended until the date below. You can read your record, take what is yours, and appeal.",
        CaseActionKind.Ban => "Your account is banned. You can read your record, take what is yours, and appeal.",
        CaseActionKind.TakeDown => "We have taken down [the message, or the version of your room]. Nobody sees it any more; everything else of yours stays.",
        _ => "",
    };

    public static string Facts(Category category) => category switch
    {
        Category.LocationAbuse => "On [date] you used what this place shows of where people are to [what was done]. [How often, and how it was known.]",
        Category.FalseReporting => "Between [date] and [date] you reported [how many] times what broke no rule, and [what shows that it was meant to harm].",
        Category.Spam or Category.Scam => "On [date] you sent [what] to [how many] people who had not asked for it.",
        Category.Impersonation => "Your room and your handle give you out as [whom], whom you are not: [what shows it].",
        _ => "On [date] you wrote [what, in short] to [whom: one person, a group, everybody who visits your room]. We read it as it stood when it was reported.",
    };

    public static string Ground(Category category) => "The rules of this place: " + category switch
    {
        Category.ChildSafety => "children are safe here. Whatever sexualises, grooms or endangers a child has no place.",
        Category.Threats => "nobody is threatened here, neither with violence nor with harm to what they love.",
        Category.SelfHarm => "nobody is urged to harm themselves, or shown how.",
        Category.SexualContent => "nobody is shown or asked for anything sexual that they have not agreed to.",
        Category.Harassment => "nobody is pursued, insulted or shamed. Who asks to be left alone is left alone.",
        Category.Hate => "nobody is attacked for who they are or where they come from.",
        Category.LocationAbuse => "where somebody is belongs to them. Nobody is followed or waited for through this place.",
        Category.Privacy => "what is private about somebody is told by them and by nobody else.",
        Category.Impersonation => "people are here as themselves.",
        Category.Scam => "nobody is deceived for money or for what they know.",
        Category.Spam => "people are not written to in bulk.",
        Category.IllegalGoods => "nothing is offered or sought here that the law forbids.",
        Category.FalseReporting => "reports protect people, and are not made to harm them.",
        _ => "[which rule, and why it fits].",
    };

    /// <summary>What is shown before anybody asks for what was reported.</summary>
    public static string Warning(Category category) => category switch
    {
        Category.ChildSafety => "May show a child being harmed or groomed. Look only as far as you must; if you are not the one for this, release the case.",
        Category.Threats => "May hold threats of violence.",
        Category.SelfHarm => "May speak of self-harm or suicide.",
        Category.SexualContent => "May be sexually explicit.",
        Category.Hate => "May hold hateful words about groups of people.",
        Category.Harassment => "May hold insults.",
        _ => "May be unpleasant to read.",
    };

    public static bool HoldsBrackets(string text)
    {
        int open = text.IndexOf('[', StringComparison.Ordinal);
        return open >= 0 && text.IndexOf(']', open) > open + 1;
    }
}
