namespace Wya.Cli;

/// <summary>What people of a small town say to each other: short scenes, in which two or more take turns.</summary>
internal static class SmallTalk
{
    public static readonly string[] Titles =
        ["Sunday football", "Book club", "The choir", "Allotment 14", "Night market", "Board games", "Old town neighbours", "Climbing hall", "Cinema on the roof", "Bike repair"];

    public static readonly string[] Openers =
    [
        "Hi! Weren't you at the {place} on {day}?", "Hello, we met at the {place}, didn't we?", "Hey, somebody said you know all about {thing}.",
        "Hi, I live near the {place} too. Fancy a coffee some time?", "Hello! I found {thing} that may be yours.", "Hi, are you coming to the {place} on {day}?",
    ];

    public static readonly string[] Emoji = ["👍", "❤️", "😂", "😮", "🙏", "🎉"];

    public static readonly string[] Places = ["old market", "river bank", "library", "station", "climbing hall", "corner café", "park", "cinema", "swimming pool", "town hall"];

    public static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static readonly string[] Things = ["the old bicycles", "a blue umbrella", "sourdough", "the new tram line", "that band", "the chess set", "mushrooms", "a grey cat", "film cameras"];

    public static readonly string[] Times = ["six", "half past six", "seven", "eight", "noon", "a quarter to nine"];

    /// <summary>Each line is somebody else's than the one before.</summary>
    public static readonly string[][] Scenes =
    [
        ["Are you around on {day}?", "Yes, after {time}.", "Then let us meet at the {place}.", "Good. I will bring {thing}.", "Ha, please do!"],
        ["Have you been to the {place} lately?", "Not since {day}. Why?", "They have painted everything green.", "Green? I have to see that.", "It is not as bad as it sounds."],
        ["I am at the {place}, where are you?", "Two minutes away, sorry!", "No hurry, I have a coffee.", "I see you. Turn around!"],
        ["Did you hear about {thing}?", "No, tell me.", "Half of the town came to the {place} because of it.", "And I was at home with a cold…", "Get well! There is another one on {day}."],
        ["Who has seen a grey cat near the {place}?", "There was one on {day}, on the wall.", "That is her! Thank you.", "She looked very content.", "She always does."],
        ["How was {day}?", "Long. But we finished before {time}.", "Well done. Sleep in tomorrow?", "As if. I have to be at the {place} at {time}."],
        ["Could you lend me {thing} until {day}?", "Sure, come by after {time}.", "You are the best.", "Bring it back this time :)", "I always bring things back. Nearly always."],
        ["What are you reading?", "Something about {thing}.", "Any good?", "The first half. You can have it when I am done.", "Deal."],
        ["It is raining at the {place}.", "Here too. Shall we move it to {day}?", "Yes. Same time?", "{time}, then.", "I will tell the others."],
        ["I cooked far too much again.", "I can be there at {time}.", "I hoped that you would say that.", "What is it?", "Soup. Mostly soup."],
        ["The tram stands still again.", "Walk along the river, it is quicker.", "You were right, I am at the {place} already.", "Told you!"],
        ["Do you need anything from the {place}?", "Bread, and {thing} if they have it.", "They had no bread left.", "At {time}? Unbelievable."],
        ["Happy birthday!", "Thank you! Come on {day}, there will be cake.", "What can I bring?", "Yourself. And chairs.", "Chairs?", "We have cake, but no chairs."],
        ["My bicycle has a flat tyre.", "There is a pump at the {place}.", "It needs more than a pump.", "Then ask on {day} when they repair for nothing."],
    ];
}
