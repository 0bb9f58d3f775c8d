using Wya.Api.Console.Pages;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Console;

/// <summary>The API's problems as the console's people read them: what stands in the way, and what to do.</summary>
internal static class PlainProblems
{
    /// <returns>No <c>What</c> where the API's own sentence says it best.</returns>
    /// <param name="capability">What is missing, where one is.</param>
    public static (string Title, string? What) Of(string code, string? capability = null) => code switch
    {
        "capability-missing" => Missing(capability ?? Capability.Moderate),
        "account-suspended" => ("This account is suspended", "While it is, it sees and does nothing here."),
        "account-banned" => ("This account is banned", "It sees and does nothing here."),
        "sign-in-failed" => ("That was not right", "There is no account with this handle and this password. Look at both, and try again."),
        "too-many-requests" => ("Too many attempts", "Wait a minute, then try again."),
        "conflict-of-interest" => ("This case is not for you",
            "You have a tie to it: it may be about you, about somebody you are close to or have blocked, or you may have reported something in it. Another moderator takes it."),
        "case-not-claimed" => ("This case is not yours at the moment", "Take it first; if you had it, your time with it was over. What you typed is still below."),
        "case-claimed-by-other" => ("Another moderator has this case", "Two never decide one case at the same time. Come back when they have released it, or when their time is over. What you typed is still below."),
        "second-person-needed" => ("A second person is needed", "Who proposed or decided something does not confirm it. Another moderator does."),
        "store-unavailable" or "store-fenced" or "outcome-unknown" or "view-not-recorded" or "starting" or "read-model-behind" or "too-many-waiting" => ("The records are away for a moment",
            "They cannot be reached or written, so nothing is shown and nothing was decided. What is in force stays in force. Try again in a moment."),
        RefusedPage.StaleForm => ("This form is too old", "It was given to another session, or cut off on its way. Nothing was done: load the page again, and send it once more."),
        "route-not-found" => ("There is nothing here", "The address leads nowhere."),
        _ => (Problem.TitleOf(code), null),
    };

    private static (string Title, string? What) Missing(string capability)
    {
        (string title, string part) = capability switch
        {
            Capability.Operate => ("This account does not operate", "how the system runs"),
            Capability.Analyse => ("This account does not analyse", "the logs"),
            _ => ("This account does not moderate", "moderation"),
        };
        return (title, $"You are signed in, but this account may not see {part}. If it should, ask an operator to grant it the capability “{capability}”.");
    }
}
