using Wya.Api.Messaging;
using Wya.Domain.Messaging.Events;

namespace Wya.Api.Documentation;

/// <summary>The conversation of the examples in the API's description.</summary>
internal static class ExampleTalk
{
    public static readonly ConversationId Conversation = new(new Guid("7c1f0b9e-5a64-8d1c-9b2a-3f6f0f8f4c21"));

    public static readonly MessageId Message = new(new Guid("0192f2c1-8d11-7f3a-8f0e-2b7d5c9a6e42"));

    public static MessageAnswer Said => new(
        Message, Conversation, 2, ExamplePeople.Mara.Id, MessageKind.Text, ExamplePeople.Then, "I am around. Come in!");

    public static ConversationAnswer Shown => new(
        Conversation,
        ConversationKind.Direct,
        [new ParticipantAnswer(ExamplePeople.Mara.Id, IsErased: false, ExamplePeople.Mara.Handle, Message, 2)],
        2,
        ExamplePeople.Mara.Id,
        ExamplePeople.Then,
        IsMuted: false,
        2,
        0,
        0,
        ExamplePeople.Then,
        LastMessage: Said);
}
