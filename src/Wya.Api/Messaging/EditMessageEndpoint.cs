using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class EditMessageEndpoint
{
    /// <summary>All that the message says from now on.</summary>
    /// <param name="Text">1 to 10,000 characters, for a message of the kind text.</param>
    /// <param name="Ciphertext">Base64, for one of the kind ciphertext.</param>
    /// <param name="Attachments">At most 10, kept elsewhere.</param>
    internal sealed record Body(string? Text = null, string? Ciphertext = null, IReadOnlyList<Attachment>? Attachments = null)
    {
        public EditMessage ToCommand() => new(new MessageContent(Text, Ciphertext, Attachments is [] ? null : Attachments));
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPatch("/conversations/{id}/messages/{messageId}", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "EditMessage",
            "Edit a message",
            "By its author, as a new event: what it said before stays in its history. Answered with the message as it is now.")
        .Produces<MessageAnswer>()
        .ForExample(
            new Body(Text: "I am around until six. Come in!"),
            new MessageAnswer(
                ExampleTalk.Message, ExampleTalk.Conversation, 2, ExamplePeople.MaraId, MessageKind.Text, ExamplePeople.Then,
                "I am around until six. Come in!", EditedAt: ExamplePeople.Then.AddMinutes(1)))
        .Refuses(
            MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageNotFound, MessagingRefusals.NotYourMessage, MessagingRefusals.MessageDeleted,
            MessagingRefusals.MessageTakenDown,
            MessagingRefusals.ContentInvalid("A text has 1 to 10000 characters that are not all blank."))
        .RefusesWriting();

    private static async Task<IResult> Answer(
        Guid id, Guid messageId, Body body, MessageCommand command, MessagingLog messaging, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        EditMessage edit = body.ToCommand();
        IResult done = await command.Run(http, id, messageId, body, (conversation, entry, message) =>
            EditMessage.Decide(conversation, edit, message, entry.Self!, entry.Other, now)).ConfigureAwait(false);
        if (done is Problem)
        {
            return done;
        }

        MessageView view = (await MessagePages.ByIds(messaging.Database, [messageId], http.RequestAborted).ConfigureAwait(false)).Single();
        return TypedResults.Ok(MessageAnswer.Of(view));
    }
}
