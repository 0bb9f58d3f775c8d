using Wya.Api.Http;
using Wya.Api.Messaging.Live;

namespace Wya.Api.Messaging;

internal static class MessagingEndpoints
{
    public static void AddMessaging(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<MessagingLogs>();
        for (int partition = 0; partition < settings.MessagingPartitions; partition++)
        {
            int one = partition;
            services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<MessagingLogs>().All[one]);
        }

        services.AddSingleton<Gate>();
        services.AddSingleton<MessageCommand>();
    }

    public static void MapMessaging(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder messaging = routes.MapGroup("").WithTags("Messaging").AddEndpointFilter<RouteGroupBuilder, FollowsMoves>();
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
