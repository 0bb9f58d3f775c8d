namespace Wya.Api.Console;

/// <summary>What is said on the page that follows something done.</summary>
internal static class DoneWords
{
    public static string Of(string done) => done switch
    {
        "claimed" => "The case is yours for half an hour.",
        "renewed" => "The case is yours for another half hour.",
        "released" => "The case is anybody's again.",
        "noted" => "Your note stands in the timeline.",
        "escalated" => "The case has moved up in the queue.",
        "cleared" => "Everything open in this case is closed, and whoever reported was told.",
        "decided" => "Decided. The person reads the statement in their record, and whoever reported was told.",
        "proposed" => "Proposed. The ban does nothing until another moderator agrees; the case is anybody's again.",
        "banned" => "The ban is in force. The person reads the statement in their record.",
        "declined" => "The ban is declined, with your reason on the record.",
        "reversed" => "Taken back, with everything that it did.",
        "upheld" => "The appeal is decided: the decision stands.",
        "overturned" => "The appeal is decided: the decision was wrong, and is taken back with everything that it did.",
        "ungrouped" => "The reports stand on their own again, each in its own case.",
        "dismissed" => "The reports are dismissed together.",
        _ => "",
    };
}
