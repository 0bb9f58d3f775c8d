using Wya.Api.Http;
using Wya.Api.Messaging.Live;

namespace Wya.Api.Messaging;

internal static class MessagingEndpoints
{
    public static void AddMessaging(this IServiceCollection services)
    {
        services.AddSingleton<MessagingLog>();
        services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<MessagingLog>());
        services.AddSingleton<Gate>();
        services.AddSingleton<MessageCommand>();
    }

    public static void MapMessaging(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder messaging = routes.MapGroup("").WithTags("Messaging");
        StartConversationEndpoint.Map(messaging);
        SendMessageEndpoint.Map(messaging);
        ShowConversationsEndpoint.Map(messaging);
        ShowConversationEndpoint.Map(messaging);
        ShowMessagesEndpoint.Map(messaging);
        ShowMessageEndpoint.Map(messaging);
        ShowMessageHistoryEndpoint.Map(messaging);
        SearchMessagesEndpoint.Map(messaging);
        EditMessageEndpoint.Map(messaging);
        DeleteMessageEndpoint.Map(messaging);
        ReactToMessageEndpoint.Map(messaging);
        RemoveReactionEndpoint.Map(messaging);
        MarkReadEndpoint.Map(messaging);
        AddParticipantEndpoint.Map(messaging);
        LeaveConversationEndpoint.Map(messaging);
        ArchiveConversationEndpoint.Map(messaging);
        AnswerRequestEndpoint.Map(messaging);
        MuteConversationEndpoint.Map(messaging);
        UnmuteConversationEndpoint.Map(messaging);
        messaging.MapLive();
    }
}
