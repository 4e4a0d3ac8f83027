export { chooseDeployment } from './choose-deployment.ts';
export { compileModels, type FindDeployments } from './find-deployments.ts';
export { createResponseSeals, responseIds, withPrevious, type ResponseSeals, type SealedResponse } from './response-ids.ts';
