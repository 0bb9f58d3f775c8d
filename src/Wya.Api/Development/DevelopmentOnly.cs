namespace Wya.Api.Development;

/// <summary>What exists in Development only, and there only while no authority is configured.</summary>
internal static class DevelopmentOnly
{
    public static void AddDevelopment(this IServiceCollection services, Settings settings)
    {
        if (settings is { IssuesDevelopmentTokens: true, Answers: true })
        {
            services.AddSingleton<DevelopmentOperator>();
            services.AddHostedService(provider => provider.GetRequiredService<DevelopmentOperator>());
        }
    }

    public static void MapDevelopment(this IEndpointRouteBuilder routes, Settings settings)
    {
        if (settings.IssuesDevelopmentTokens)
        {
            IssueDevelopmentTokenEndpoint.Map(routes);
            DoNothingEndpoint.Map(routes);
        }
    }
}
