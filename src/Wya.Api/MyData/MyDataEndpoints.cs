namespace Wya.Api.MyData;

internal static class MyDataEndpoints
{
    public static void AddMyData(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new ShredLedger(settings.ErasureLedgerFile));
        services.AddSingleton<Receipts>();
        services.AddSingleton<Erasures>();
        services.AddSingleton<HoldEnds>();
        services.AddSingleton<ReappliedErasures>();
        services.AddHostedService(provider => provider.GetRequiredService<ReappliedErasures>());
        if (settings.Works)
        {
            services.AddHostedService<ErasureWorker>();
        }
    }

    public static void MapMyData(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder mine = routes.MapGroup("").WithTags("My data");
        ExportMyDataEndpoint.Map(mine);
        RequestErasureEndpoint.Map(mine);
        ShowErasureEndpoint.Map(mine);
        CancelErasureEndpoint.Map(mine);
        ShowErasureReceiptEndpoint.Map(mine);
        ShowReceiptKeyEndpoint.Map(mine);
    }
}
