using Microsoft.AspNetCore.Http.Features;
using Wya.Api.Access;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Messaging;

/// <summary>
/// A conversation may move to another log between the gate and what an endpoint does there. Then nothing was recorded: the
/// caller enters again, where it is now, and the endpoint runs again.
/// </summary>
internal sealed class FollowsMoves(Gate gate, TimeProvider clock) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        for (long start = clock.GetTimestamp(); ;)
        {
            try
            {
                return await next(context).ConfigureAwait(false);
            }
            catch (StreamElsewhereException) when (clock.GetElapsedTime(start) <= MessagingLogs.OnItsWayMax)
            {
                await Task.Delay(MessagingLogs.LookAgainAfter, clock, http.RequestAborted).ConfigureAwait(false);
            }
            catch (StreamElsewhereException elsewhere)
            {
                throw new StoreUnavailableException("The conversation is moving; nothing was recorded.", TimeSpan.FromSeconds(1), elsewhere);
            }

            if (await gate.EnterAgain(http, AccessControl.IdInAddress(http)).ConfigureAwait(false) is { } problem)
            {
                return problem;
            }

            for (int i = 0; i < context.Arguments.Count; i++)
            {
                if (context.Arguments[i] is MessagingLog)
                {
                    context.Arguments[i] = http.Features.GetRequiredFeature<ConversationPlace>().Log;
                }
            }
        }
    }
}
